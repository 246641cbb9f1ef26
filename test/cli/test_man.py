"""The man page, made from the table of commands."""
import shutil
import subprocess


def test_formats_without_a_warning(ccpod, tmp_path):
    page = tmp_path / "ccpod.1"
    page.write_text(ccpod("help", "--man").stdout)
    done = subprocess.run(
        [shutil.which("man"), "--warnings=w", "-l", str(page)],
        env={"PATH": "/usr/bin:/bin", "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    lines = [line.strip() for line in done.stdout.splitlines()]
    for line in ("--prompt TEXT", "config set KEY VALUE", "EXIT STATUS", "ccpod run -- --version"):
        assert line in lines
    assert not any(line.startswith(("help", "complete ")) for line in lines), "these are hidden"
