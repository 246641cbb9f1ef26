"""Help, version, and what a wrong command line gets: one clear message, a hint, exit code 2."""
import os
import re
import shlex

import pytest

NOTHING_THERE = {"DOCKER_HOST": "unix:///nothing/there", "ANTHROPIC_API_KEY": "x"}

WRONG = [
    ("", "a command is missing", '"ccpod --help" lists the commands'),
    ("rnu", 'there is no command "rnu"', 'did you mean "ccpod run"?'),
    ("frobnicate", 'there is no command "frobnicate"', '"ccpod --help" lists the commands'),
    ("config", "config: a command is missing", '"ccpod config --help" lists the commands'),
    ("config gte", 'config: there is no command "gte"', 'did you mean "ccpod config get"?'),
    ("--prfile x run", 'there is no flag "--prfile"', 'did you mean "--profile"?'),
    ("run --timout 5", 'run: there is no flag "--timout"', 'did you mean "--timeout"?'),
    ("logs -f", 'logs: there is no flag "-f"', 'did you mean "--follow"?'),
    ("ps -a", 'ps: there is no flag "-a"', 'did you mean "--all"?'),
    ("run -d", 'run: there is no flag "-d"', 'did you mean "--detach"?'),
    ("run -p", 'run: there is no flag "-p"', 'did you mean "--prompt"?'),
    ("ps -z", 'ps: there is no flag "-z"', '"ccpod ps --help" lists the flags'),
    ("sp", 'there is no command "sp"', 'did you mean "ccpod ps"?'),
    ("init", 'there is no command "init"', '"ccpod --help" lists the commands'),
    ("cp", 'there is no command "cp"', '"ccpod --help" lists the commands'),
    ("login", 'there is no command "login"', '"ccpod --help" lists the commands'),
    ("logs --json", 'logs: there is no flag "--json"', '"ccpod logs --help" lists the flags'),
    ("down --timeout soon", '--timeout: "soon" is not a duration', "90s, 1m30s, 500ms"),
    ("stop --timeout 25h", '--timeout: "25h" is not a duration from 0 to 86400 s', ""),
    ("run --timeout soon", '--timeout: "soon" is not a duration', "90s, 1m30s, 500ms"),
    ("run --env", "--env needs a value: KEY[=VALUE]", ""),
    ("run --keep=yes", "--keep takes no value", ""),
    ("run '-x, then y'", 'run: there is no flag "-x, then y"', "--prompt TEXT"),
    ("run --verbose", 'run: there is no flag "--verbose"', 'behind "--"'),
    ("run -", 'run: a prompt that begins with "-"', "--prompt TEXT"),
    ("run ''", "run: the prompt is empty", ""),
    ("run ' \n'", "run: the prompt is empty", ""),
    ("run --prompt ' '", "run: the prompt is empty", ""),
    ("run fix the bug", "run: there is more than one prompt", "quotes"),
    ("run --prompt a b", "run: there is more than one prompt", "quotes"),
    ("run --file f a", "run: a prompt and --file do not go together", ""),
    ("run --file f --prompt a", "run: a prompt and --file do not go together", ""),
    ("run --session s a", "--session is for a session at the terminal", ""),
    ("run --steal a", "--steal is for a session at the terminal", ""),
    ("run --record f a", "--record is for a session at the terminal: not with a prompt", ""),
    ("run --record f --detach", "--record is for a session at the terminal: not with --detach", ""),
    ("run --record f", "--record is for a session at the terminal: standard input and output", ""),
    ("run --session s", "--session is for a session at the terminal: standard input and output", ""),
    ("config get", "config get: something is missing", "usage: ccpod config get KEY"),
    ("config get a b", '"b" is one word too many', "usage: ccpod config get KEY"),
    ("config get color", 'config get: "color" is not known', "one of: autoCheckUpdates"),
    ("config set autoCheckUpdates 1", "autoCheckUpdates must be true or false", ""),
    ("completion tcsh", 'completion: "tcsh" is not known', "one of: bash, zsh, fish"),
    ("help rnu", 'there is no command "rnu"', 'did you mean "ccpod run"?'),
    ("help config gte", 'config: there is no command "gte"', 'did you mean "ccpod config get"?'),
]


@pytest.mark.parametrize("line, message, hint", WRONG, ids=[row[0] or "nothing" for row in WRONG])
def test_wrong_usage(ccpod, line, message, hint):
    done = ccpod(*shlex.split(line))
    assert done.returncode == 2
    assert done.stdout == ""
    first, _, rest = done.stderr.partition("\n")
    assert first.startswith("ccpod: ") and message in first
    assert hint in rest


def test_mistyped_words_are_shown_harmless(ccpod):
    done = ccpod("run", "--\x1b[31mred\u202e")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr and "\u202e" not in done.stderr
    assert r"\x1b[31mred\xe2\x80\xae" in done.stderr


def test_words_that_are_not_utf8(ccpod):
    done = ccpod(b"\xff\xfe")
    assert done.returncode == 2
    assert r"\xff\xfe" in done.stderr


@pytest.mark.parametrize(
    "words",
    [["run", b"caf\xe9"], ["run", "--prompt", b"caf\xe9"], ["run", "a", "--", b"caf\xe9"],
     ["exec", "db", "--", "cp", b"caf\xe9"], ["exec", "db", "cp", b"caf\xe9"], ["shell", "--", b"caf\xe9"]],
)
def test_words_that_the_engine_cannot_be_told(ccpod, words):
    ccpod.profile("default")
    done = ccpod(*words, env=NOTHING_THERE)
    assert done.returncode == 2
    assert r"the argument caf\xe9: bytes that are not UTF-8" in done.stderr


@pytest.mark.parametrize("words", [["run", "--dry-run", "x"], ["config", "show"], ["ps", "--project"], ["down"]])
def test_a_project_that_the_engine_cannot_be_told(ccpod, tmp_path, words):
    ccpod.profile("default")
    project = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(project)
    done = ccpod(*words, cwd=project, env=NOTHING_THERE)
    assert (done.returncode, done.stdout) == (125, "")
    assert r"/caf\xe9: bytes that are not UTF-8" in done.stderr


def test_other_things_that_the_engine_cannot_be_told(ccpod, tmp_path):
    """Neither a mount nor a variable is left out without a word."""
    ccpod.profile("default", "mounts: [{source: ~/.x, target: /x}]\n")
    home = os.fsencode(tmp_path) + b"/caf\xe9"
    for directory in (home, os.fsencode(tmp_path / "home")):
        os.makedirs(directory + b"/.x")
    for env, said in (
        ({"HOME": home, "CCPOD_HOME": str(ccpod.home)}, r"mount .*/caf\\xe9/\.x: bytes that are not UTF-8"),
        ({"CCPOD_HOME": home}, r"own directory .*/caf\\xe9: bytes that are not UTF-8"),
        ({"LC_TIME": b"caf\xe9"}, "the variable LC_TIME has a value that is not UTF-8"),
    ):
        done = ccpod("run", "--dry-run", "x", env={**NOTHING_THERE, **env})
        assert (done.returncode, done.stdout) == (125, "")
        assert re.search(said, done.stderr), done.stderr
    done = ccpod("run", "--dry-run", "--env", b"WORD=caf\xe9", "x", env=NOTHING_THERE)
    assert "the variable WORD has" in done.stderr and "xe9" not in done.stderr


@pytest.mark.parametrize("command", [["down"], ["stop"], ["restart", "db"]])
def test_times_of_grace(ccpod, command):
    """A number of seconds, or a duration as `run --timeout` takes it."""
    for value in ("0", "1", "1s", "1m30s", "500ms", "24h"):
        done = ccpod(*command, "--timeout", value, env=NOTHING_THERE)
        assert done.returncode == 125 and "/nothing/there" in done.stderr, value


def test_an_engine_that_is_no_address(ccpod):
    done = ccpod("ps", env={"DOCKER_HOST": "garbage"})
    assert done.returncode == 125 and "DOCKER_HOST is 'garbage'" in done.stderr
    assert "write unix:///path/to/socket" in done.stderr
    assert "tcp://" not in done.stderr and "ssh://" not in done.stderr


def test_version(ccpod):
    done = ccpod("--version")
    assert (done.returncode, done.stderr) == (0, "")
    name, number = done.stdout.split()
    assert name == "ccpod" and all(part.isdigit() for part in number.split("."))


def commands(ccpod, *above):
    """Every command there is, as lists of words, from what completion offers."""
    for line in ccpod("complete", "--", *above, "").stdout.splitlines():
        word, tab, _ = line.partition("\t")
        if tab:
            yield [*above, word]
            yield from commands(ccpod, *above, word)


def test_help_of_every_command(ccpod):
    found = list(commands(ccpod))
    assert ["run"] in found and ["config", "get"] in found
    for words in [[], *found]:
        done = ccpod(*words, "--help")
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout.startswith(" ".join(["Usage: ccpod", *words]))
        assert max(map(len, done.stdout.splitlines())) <= 80
        assert ccpod(*words, "-h").stdout == done.stdout
        assert ccpod("help", *words).stdout == done.stdout
        examples = done.stdout.partition("\nExamples:\n")[2].split("\n\n")[0].splitlines()
        assert len(examples) == 4, "two examples, each with what it does"
        for line in examples[::2]:
            check_example(ccpod, line, words)


def check_example(ccpod, line, words):
    """The flags and commands of an example exist, and it shows the command it stands under."""
    parts = shlex.split(line)
    for end in ("<", ">", "|", "--"):
        parts = parts[: parts.index(end)] if end in parts else parts
    assert parts[0] == "ccpod"
    parts = parts[:2] if words == ["exec"] else parts  # the rest is another program's
    done = ccpod(*parts[1:], "--help")
    assert (done.returncode, done.stderr) == (0, ""), line
    assert done.stdout.startswith(" ".join(["Usage: ccpod", *words])), line


def test_flags_show_defaults_and_values(ccpod):
    text = ccpod("run", "--help").stdout
    assert "--env KEY[=VALUE]" in text
    assert "-- CLAUDE-ARGS" in text.splitlines()[0]


def test_directory_that_is_not_there(ccpod):
    done = ccpod("-C", "nowhere", "config", "get", "autoCheckUpdates")
    assert done.returncode == 125
    assert "nowhere: No such file or directory" in done.stderr
