"""The man pages: ccpod(1), made from the table of commands, and ccpod.yml(5). That the latter has
every key is tested beside the tables (test/unit/test_config_manual.c)."""
import shutil
import subprocess
from pathlib import Path

CONFIG_PAGE = Path(__file__).parents[2] / "src/cli/man/ccpod.yml.5"


def formatted(*args):
    """What man shows; it has nothing to complain about."""
    done = subprocess.run(
        [shutil.which("man"), "--warnings=w", *map(str, args)],
        env={"PATH": "/usr/bin:/bin", "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    return [line.strip() for line in done.stdout.splitlines()]


def examples():
    """The files that the page shows, in its order."""
    files, lines = [], None
    for line in CONFIG_PAGE.read_text().splitlines():
        if line == ".EX":
            lines = []
        elif line == ".EE":
            files.append("\n".join(lines) + "\n")
            lines = None
        elif lines is not None:
            line = line.replace("\\-", "-").replace("\\(ti", "~")
            assert "\\" not in line, "an escape that this test does not know"
            lines.append(line)
    return files


def test_formats_without_a_warning(ccpod, tmp_path):
    page = tmp_path / "ccpod.1"
    page.write_text(ccpod("help", "--man").stdout)
    lines = formatted("-l", page)
    for line in ("--prompt TEXT", "config set KEY VALUE", "EXIT STATUS", "ccpod run -- --version", "ccpod.yml(5)"):
        assert line in lines
    assert not any(line.startswith(("help", "complete ")) for line in lines), "these are hidden"


def test_the_page_of_the_files_formats_without_a_warning():
    lines = formatted("-l", CONFIG_PAGE)
    for line in ("KEYS OF BOTH FILES", "services.NAME.healthcheck.startPeriod", "name: work"):
        assert line in lines


def test_examples_of_the_files_are_valid(ccpod):
    profile, project = examples()
    file = ccpod.profile("work")
    file.write_text(profile)
    (ccpod.project / ".ccpod.yml").write_text(project)
    (ccpod.home.parent / "reference").mkdir()
    done = ccpod("config", "validate", "--profile", "work")
    assert done.returncode == 0, done.stderr
    assert "the configuration is valid" in done.stderr
    (ccpod.project / ".ccpod.yml").write_text(project.replace("dependsOn: [db]", "dependsOn: [cache]"))
    again = ccpod("config", "validate", "--profile", "work")
    assert again.returncode == 125, "it is these files that were looked at"


def test_both_pages_are_installed(ccpod, tmp_path):
    """`cmake --install` of the build that the program comes from."""
    build = Path(ccpod.program).parents[1]
    subprocess.run(
        ["cmake", "--install", build, "--prefix", tmp_path / "prefix"],
        check=True, timeout=60, stdout=subprocess.DEVNULL,
    )
    manuals = tmp_path / "prefix/share/man"
    assert formatted("-M", manuals, "ccpod")[0].startswith("CCPOD(1)")
    assert formatted("-M", manuals, "ccpod.yml")[0].startswith("CCPOD.YML(5)")


def test_who_has_no_profile_is_told_of_the_page(ccpod):
    done = ccpod("config", "show")
    assert done.returncode == 125
    assert "ccpod.yml(5)" in done.stderr
    assert "ccpod.yml(5)" in ccpod("help").stdout
