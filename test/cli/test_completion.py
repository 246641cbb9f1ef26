"""Completion: what is offered where, and the scripts in the real shells."""
import os
import shutil

import pexpect
import pytest


def offered(ccpod, *words):
    done = ccpod("complete", "--", *words)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


@pytest.fixture
def profiles(ccpod):
    for name in ("default", "work", "worse"):
        ccpod.profile(name)
    return ccpod


def test_commands(ccpod):
    assert "run" in offered(ccpod, "")
    assert offered(ccpod, "ru") == ["run"]
    assert offered(ccpod, "config", "g") == ["get"]
    assert offered(ccpod, "-q", "--profile", "x", "ru") == ["run"]
    assert "help" not in offered(ccpod, "h") and offered(ccpod, "") != []
    assert offered(ccpod) == offered(ccpod, "")


def test_flags(ccpod):
    assert offered(ccpod, "run", "--time") == ["--timeout"]
    assert offered(ccpod, "run", "--prof") == ["--profile"]
    assert {"--env", "--profile", "-q"} <= set(offered(ccpod, "run", "-"))
    assert "-q" not in offered(ccpod, "run", "--")
    assert offered(ccpod, "--timeout") == []


def test_values(profiles):
    everyone = ["default", "work", "worse"]
    assert offered(profiles, "--profile", "") == everyone
    assert offered(profiles, "run", "--profile", "wo") == ["work", "worse"]
    assert offered(profiles, "run", "--profile=wo") == ["--profile=work", "--profile=worse"]
    assert offered(profiles, "run", "--profile", "=") == everyone
    assert offered(profiles, "run", "--profile", "=", "wor") == ["work", "worse"]
    assert offered(profiles, "run", "--env", "") == []
    assert offered(profiles, "run", "--file", "") == [":file"]
    assert offered(profiles, "-C", "") == [":dir"]
    assert offered(profiles, "-qC", "") == [":dir"]
    assert offered(profiles, "-Cdir", "ru") == ["run"]
    assert offered(profiles, "config", "get", "") == ["autoCheckUpdates"]
    assert offered(profiles, "config", "set", "autoCheckUpdates", "") == []
    assert offered(profiles, "completion", "") == ["bash", "zsh", "fish"]


def test_services(ccpod):
    ccpod.profile("default", "services: {db: {image: 'a:1'}}\n")
    (ccpod.project / ".ccpod.yml").write_text("services: {cache: {image: 'a:1'}}\n")
    for command in ("exec", "logs", "restart", "up"):
        assert offered(ccpod, command, "") == ["db", "cache"], command
        assert offered(ccpod, command, "c") == ["cache"]
    assert offered(ccpod, "logs", "db", "c") == ["cache"]
    assert offered(ccpod, "restart", "db", "") == []
    assert offered(ccpod, "exec", "db", "") == []  # the command's own words


def test_help_for_commands(ccpod):
    everything = offered(ccpod, "")
    assert offered(ccpod, "help", "") == everything
    assert offered(ccpod, "help", "ru") == ["run"]
    assert offered(ccpod, "help", "config", "g") == ["get"]
    assert offered(ccpod, "help", "run", "") == offered(ccpod, "help", "nope", "") == []


def test_claudes_arguments_are_files(ccpod):
    assert offered(ccpod, "run", "--", "") == [":file"]
    assert offered(ccpod, "run", "--", "--profile", "") == [":file"]
    assert offered(ccpod, "run", "--", "-") == [":file"]


def test_odd_words_do_no_harm(ccpod):
    for words in (["="], ["--", "="], ["-", ""], ["--=", ""], ["--profile", "=", "="], ["\xff"]):
        offered(ccpod, *words)


# How each shell is started, and how it comes to know the script; zsh also loads it when needed,
# as an installed one.
SHELLS = {
    "bash": (["--noprofile", "--norc", "-i"], "PS1='ready> '; . ./script"),
    "fish": (["--no-config", "-i"], "function fish_prompt; printf 'ready> '; end; . ./script"),
    "zsh": (["-f", "-i"], "PS1='ready> '; autoload -U compinit; compinit -u -D; . ./script"),
    "zsh installed": (
        ["-f", "-i"],
        "PS1='ready> '; mkdir f; cp script f/_ccpod; fpath=($PWD/f $fpath); "
        "autoload -U compinit; compinit -u -D",
    ),
}
KEYS = [
    ("ccpod ru\t", "ccpod run "),
    ("ccpod run --timeo\t", "ccpod run --timeout"),
    ("ccpod run --profile wor\t", "ccpod run --profile work"),
    ("ccpod run --profile=wor\t", "ccpod run --profile=work"),
    ("ccpod run --file some\t", "ccpod run --file some-file"),
    ("ccpod -C only\t", "ccpod -C only-dir/"),
    ("ccpod config g\t", "ccpod config get "),
]


@pytest.fixture(params=sorted(SHELLS))
def shell(request, ccpod, tmp_path):
    """An interactive shell that has read the script, on a wide terminal."""
    name = request.param.split()[0]
    arguments, set_up = SHELLS[request.param]
    ccpod.profile("default")
    ccpod.profile("work")
    (ccpod.project / "some-file").write_text("")
    (ccpod.project / "only-dir").mkdir()
    (ccpod.project / "script").write_text(ccpod("completion", name).stdout)
    (tmp_path / "bin").mkdir()
    os.symlink(ccpod.program, tmp_path / "bin" / "ccpod")
    child = pexpect.spawn(
        shutil.which(name),
        arguments,
        cwd=str(ccpod.project),
        env={**ccpod.env, "PATH": f"{tmp_path / 'bin'}:{ccpod.env['PATH']}", "TERM": "dumb"},
        dimensions=(24, 200),
        encoding="utf-8",
        timeout=20,
    )
    child.sendline(set_up)
    child.expect("ready> ")
    yield child
    child.close(force=True)


@pytest.mark.parametrize("keys, line", KEYS, ids=[row[1] for row in KEYS])
def test_in_the_shell(shell, keys, line):
    shell.send(keys)
    shell.expect_exact(line)
