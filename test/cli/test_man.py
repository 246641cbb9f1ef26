"""The man page is made from the table; the one in the tree is the one the program prints."""
import shutil
import subprocess
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "doc" / "ccpod.1"


def test_the_page_in_the_tree_is_new(ccpod):
    assert ccpod("help", "--man").stdout == PAGE.read_text(), 'build the target "man"'


def test_formats_without_a_warning():
    done = subprocess.run(
        [shutil.which("man"), "--warnings=w", "-l", str(PAGE)],
        env={"PATH": "/usr/bin:/bin", "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    assert "--prompt TEXT" in done.stdout
    assert "EXIT STATUS" in done.stdout
