"""`trust`, `trust --show` and `untrust`: what a project asks for is shown, and remembered by its
content."""
import json

import pexpect
import pytest


@pytest.fixture
def project(ccpod):
    """A project that asks for something, with a profile to look at it with."""
    ccpod.profile("default")
    (ccpod.project / ".claude").mkdir()
    settings = {"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "./hook.sh"}]}]}}
    (ccpod.project / ".claude" / "settings.json").write_text(json.dumps(settings))
    (ccpod.project / "hook.sh").write_text("#!/bin/sh\n")
    (ccpod.project / ".ccpod.yml").write_text("env: ['A=1']\n")
    return ccpod


def is_trusted(ccpod):
    done = ccpod("trust", "--show", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    trusted = json.loads(done.stdout)["trusted"]
    resolved = json.loads(ccpod("config", "show", "--json").stdout)
    assert resolved["trusted"] == trusted
    assert ("A" in resolved["env"]) == trusted
    return trusted


def test_shows_without_trusting(project):
    done = project("trust", "--show")
    assert done.returncode == 0
    assert "hook Stop: ./hook.sh" in done.stdout and "env A" in done.stdout
    assert done.stdout.endswith("It is not trusted.\n")
    assert not is_trusted(project)


def test_trusts_until_taken_back(project):
    done = project("trust")
    assert done.returncode == 0
    assert "hook Stop: ./hook.sh" in done.stdout
    assert is_trusted(project)
    assert project("trust", "--show").stdout.endswith("It is trusted.\n")
    assert project("untrust").returncode == 0
    assert not is_trusted(project)
    assert project("untrust").returncode == 0


@pytest.mark.parametrize("file", [".ccpod.yml", ".claude/settings.json", "hook.sh"])
def test_a_change_asks_again(project, file):
    path = project.project / file
    old = path.read_bytes()
    project("trust")
    path.write_bytes(old + b" ")
    assert not is_trusted(project)
    path.write_bytes(old)
    assert is_trusted(project)


def test_a_changed_mode_asks_again(project):
    project("trust")
    (project.project / "hook.sh").chmod(0o755)
    assert not is_trusted(project)


def test_trust_belongs_to_the_place(project):
    project("trust")
    project.project.rename(project.project.with_name("elsewhere"))
    project.project = project.project.with_name("elsewhere")
    assert not is_trusted(project)


def test_nothing_to_trust(ccpod):
    done = ccpod("trust")
    assert (done.returncode, done.stderr) == (0, "")
    assert "asks for nothing that needs trust" in done.stdout
    assert not (ccpod.home / "trust").exists()


def test_foreign_text_is_harmless(project):
    hook = {"type": "command", "command": "\x1b[2Khide \u202e" + "x" * 2000 + "rm -rf"}
    settings = {"hooks": {"Stop": [{"hooks": [hook]}]}}
    (project.project / ".claude" / "settings.json").write_text(json.dumps(settings))
    for flags in (["--show"], ["--show", "--json"], []):
        text = project("trust", *flags).stdout
        assert not {"\x1b", "\u202e"} & set(text)
        assert r"\x1b[2Khide" in text.replace("\\\\", "\\")
        assert max(map(len, text.splitlines())) < 600
    line = [line for line in project("trust", "--show").stdout.splitlines() if "hook" in line][0]
    assert line.endswith("..."), "what was cut is seen to be cut"


def test_wrong_usage(project):
    done = project("trust", "--json")
    assert done.returncode == 2
    assert "--json goes with --show" in done.stderr


@pytest.mark.parametrize("command", [["trust"], ["trust", "--show"], ["untrust"]])
def test_places_that_are_no_projects(ccpod, command):
    home = ccpod.home.parent
    done = ccpod(*command, cwd=home)
    assert done.returncode == 125
    assert "cannot be a project" in done.stderr and "--here" in done.stderr
    assert ccpod(*command, "--here", cwd=home).returncode == 0


def test_a_link_out_of_the_project(project, tmp_path):
    (tmp_path / "outside.yml").write_text("env: ['A=1']\n")
    (project.project / ".ccpod.yml").unlink()
    (project.project / ".ccpod.yml").symlink_to(tmp_path / "outside.yml")
    done = project("trust")
    assert done.returncode == 125
    assert ".ccpod.yml" in done.stderr


@pytest.mark.parametrize("broken", ["merge: [unfinished", "no such setting: 1\n", None])
def test_trust_can_always_be_taken_back(project, broken):
    file = project.project / ".ccpod.yml"
    good = file.read_text()
    assert project("trust").returncode == 0
    if broken:
        file.write_text(broken)
    else:
        file.unlink()
        file.symlink_to("/etc/hostname")
    assert project("trust").returncode == 125
    done = project("untrust")
    assert done.returncode == 0 and "not trusted any more" in done.stderr
    file.unlink()
    file.write_text(good)
    assert "It is not trusted." in project("trust", "--show").stdout


QUESTION = "Trust this project, until one of these files changes? [y/N] "


def run(ccpod, answer=None, args=()):
    """`ccpod run` on a terminal, with an engine that is not there, and an answer to the question
    that has to come; without one it must not. What is on the screen up to there."""
    child = pexpect.spawn(
        ccpod.program,
        ["run", *args],
        cwd=str(ccpod.project),
        env={**ccpod.env, "DOCKER_HOST": f"unix://{ccpod.home}/no.sock"},
        dimensions=(50, 200),
        encoding="utf-8",
        timeout=20,
    )
    if answer is not None:
        child.expect_exact(QUESTION)
        screen = child.before
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 125
    assert QUESTION not in child.before
    return screen if answer is not None else child.before


def test_run_asks_on_a_terminal(project):
    assert "hook Stop: ./hook.sh" in run(project, "y")
    assert is_trusted(project)
    assert "not trusted" not in run(project)


@pytest.mark.parametrize("answer", ["n", ""])
def test_a_no_is_remembered(project, answer):
    """It is not asked again, but said again; and what has changed is another question."""
    run(project, answer)
    assert not is_trusted(project)
    assert "the project is not trusted; left out: 1 hook" in run(project)
    (project.project / "hook.sh").write_text("#!/bin/sh\nother\n")
    run(project, "n")
    assert project("trust").returncode == 0
    assert is_trusted(project)
    assert project("untrust").returncode == 0
    run(project, "n")


def test_nobody_is_asked_where_the_answer_is_known(project):
    """Trust for one run, by the profile; and isolation, which takes nothing of the project."""
    assert "not trusted" not in run(project, args=["--trust-project"])
    for setting in ("trustProjects", "isolation"):
        profile = project.home / "profiles/default/profile.yml"
        before = profile.read_text()
        profile.write_text(f"{before}{setting}: true\n")
        assert "not trusted" not in run(project)
        profile.write_text(before)
    assert not is_trusted(project)


def test_run_does_not_ask_elsewhere(project):
    done = project("run", "prompt", env={"DOCKER_HOST": "unix:///no.sock", "ANTHROPIC_API_KEY": "x"})
    assert done.returncode == 125
    assert "[y/N]" not in done.stderr
    assert "the project is not trusted; left out: 1 hook" in done.stderr


@pytest.mark.parametrize("name", [".env", "link"])
def test_a_masked_file_is_not_handed_in(ccpod, name):
    """Neither by its name nor by a link that a repository has put in its place."""
    ccpod.profile("default", "workspace:\n  mask: [.env]\n")
    (ccpod.project / ".env").write_text("TOKEN=hidden\n")
    (ccpod.project / "link").symlink_to(".env")
    (ccpod.project / "CLAUDE.md").write_text(f"Read @{name} first.\n")
    shown = ccpod("config", "show", "--json")
    assert shown.returncode == 0
    assert "hidden" not in shown.stdout
    assert f"the import {name} is left as text: workspace.mask hides it" in shown.stdout
    done = ccpod("run", "--dry-run", "--file", name, env={"ANTHROPIC_API_KEY": "x"})
    assert done.returncode == 125
    assert f"--file {name}: workspace.mask hides it" in done.stderr


DOUBLED = (
    '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "./evil.sh"}]}]}, "hooks": {}}'
)


@pytest.mark.parametrize("name", [".claude/settings.json", ".claude/settings.local.json", ".mcp.json"])
def test_what_is_not_understood_cannot_be_trusted(project, name):
    """Claude may understand it, and would do what nobody has been shown."""
    (project.project / name).write_text(DOUBLED)
    done = project("trust")
    assert done.returncode == 125
    assert f"{name} cannot be read" in done.stdout
    assert f"not trusted: {name}:1:" in done.stderr
    assert not (project.home / "trust").exists()
    assert "not trusted, nor can be" in run(project), "and is not asked about"
    assert project("trust", "--show").stdout.endswith("It is not trusted.\n")
    (project.project / name).write_text("{}")
    assert project("trust").returncode == 0
    assert "It is trusted." in project("trust", "--show").stdout


def test_trust_lets_a_project_choose_an_open_profile(ccpod):
    """Which may be all that it asks for."""
    (ccpod.home.parent / "reference").mkdir()
    ccpod.profile("open", "mounts: [{source: ~/reference, target: /reference}]\n")
    (ccpod.project / ".ccpod.yml").write_text("profile: open\n")
    done = ccpod("config", "validate")
    assert done.returncode == 125
    assert "chooses the profile open, which sets mounts" in done.stderr
    assert "It chooses the profile open." in ccpod("trust").stdout
    assert ccpod("config", "validate").returncode == 0
    assert "It is trusted." in ccpod("trust", "--show").stdout
