"""Files that are not what they should be: each is a clear error, at once, whatever is in it. How
long it takes is no test here, but what hangs is found: a command has 30 s."""
import json
import os
import subprocess

import pytest

TEXT = b"x-first: 1\n"


def bomb():
    """Nine times nine times ... nothing."""
    lines = ["x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for i in range(1, 12):
        lines.append(f"x-{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]")
    return "\n".join(lines).encode()


YAML = {
    "cut": (TEXT + b'env: ["A=1', ":2:"),
    "tabs": (b"network:\n\tpolicy: full\n", ":2:1: tab"),
    "NUL": (TEXT + b"a\0b: 1\n", ":2:2: a NUL byte"),
    "NUL at the end": (TEXT + b"\0", ":2:1: a NUL byte"),
    "10 MB": (TEXT + b"#" * 10_000_000, "larger than 1048576 bytes"),
    "deep lists": (b"x-a: " + b"[" * 100_000, "nested deeper than 32 levels"),
    "deep maps": (b"x-a: " + b"{a: " * 100_000, "nested deeper than 32 levels"),
    "deep dashes": (b"x-a:\n  " + b"- " * 300_000, "nested deeper than 32 levels"),
    "deep blocks": (b"".join(b" " * i + b"x-a:\n" for i in range(200)), "nested deeper than 32 levels"),
    "alias bomb": (bomb(), "too much in one file"),
    "alias of itself": (b"x-a: &a [*a]\n", "the alias *a stands for nothing"),
    "merge of itself": (b"x-a: &a {<<: *a}\n", "the alias *a stands for nothing"),
    "many aliases": (b"x-a: &a 1\nx-b: [" + b"*a," * 200_000 + b"*a]\n", "more than 2000 items in one list"),
    "duplicate keys": (TEXT + TEXT, ":2:1: x-first: the key stands here twice; it is already at line 1"),
    "Latin-1": (b"x-a: caf\xe9\n", ":1:9: bytes that are not UTF-8"),
    "UTF-16": ("x-a: b\n".encode("utf-16"), ":1:1: bytes that are not UTF-8"),
    "overlong UTF-8": (b"x-a: \xc0\xaf\n", "bytes that are not UTF-8"),
    "many keys": (b"".join(b"x-%d: 1\n" % i for i in range(50_000)), "more than 1000 keys in one map"),
    "a long list": (b"env:\n" + b"- A=1\n" * 50_000, ":2002:3: more than 2000 items in one list"),
    "a long key": (b"a" * 900_000 + b": 1\n", "unknown setting"),
    "an open quote": (b'x-a: "' + b"\\x41" * 200_000, "closing quote"),
    "documents": (b"---\nx-a: 1\n" * 2, "a second document"),
    "no map": (b"- a\n", "must be a map"),
    "garbage": (bytes(range(256)) * 100, ":1:1: a NUL byte"),
}


def yaml_of(ccpod, which):
    profile = ccpod.profile("default")
    return profile if which == "profile" else ccpod.project / ".ccpod.yml"


def refuses(ccpod, file, part, run=None):
    """Both commands refuse the file, by name."""
    for command in ("validate", "show"):
        done = (run or ccpod)("config", command)
        assert (done.returncode, done.stdout) == (125, ""), command
        assert part in done.stderr and str(file) in done.stderr, done.stderr[:2000]
        assert len(done.stderr) < 100_000


@pytest.mark.parametrize("kind", YAML)
@pytest.mark.parametrize("which", ["profile", "project"])
def test_yaml(ccpod, which, kind):
    file = yaml_of(ccpod, which)
    content, part = YAML[kind]
    file.write_bytes(content)
    refuses(ccpod, file, part)


JSON = {
    "cut": b'{"a": "b',
    "NUL": b'{"a": 1}\0',
    "deep": b"[" * 500_000,
    "duplicate keys": b'{"a": 1, "a": 2}',
    "Latin-1": b'{"a": "caf\xe9"}',
    "half a surrogate": b'{"a": "\\ud800"}',
    "empty": b"",
    "no object": b"[1]",
    "more behind it": b'{"a": 1} x',
    "a large number": b'{"a": 1e999999}',
}


@pytest.mark.parametrize("kind", JSON)
def test_settings(ccpod, kind):
    """The profile's are an error; what a project's are not is a warning, and nothing is taken."""
    ccpod.profile("default")
    theirs = ccpod.project / ".claude/settings.json"
    theirs.parent.mkdir()
    theirs.write_bytes(JSON[kind])
    done = ccpod("config", "show", "--json")
    assert done.returncode == 0
    shown = json.loads(done.stdout)
    assert shown["settings"] == {}
    assert [w for w in shown["warnings"] if ".claude/settings.json" in w and "not read" in w]
    ours = ccpod.home / "profiles/default/config/settings.json"
    ours.write_bytes(JSON[kind])
    refuses(ccpod, ours, "read the config tree of the profile default")


@pytest.mark.parametrize("kind", [kind for kind in JSON if kind != "no object"])
def test_mcp_json(ccpod, kind):
    ccpod.profile("default")
    (ccpod.project / ".mcp.json").write_bytes(JSON[kind])
    shown = json.loads(ccpod("config", "show", "--json").stdout)
    assert [w for w in shown["warnings"] if ".mcp.json" in w and "not read for ports" in w]


FILES = (".ccpod.yml", ".mcp.json", ".claude/settings.json", "CLAUDE.md")


@pytest.fixture(params=["profile.yml", "settings.json", *FILES])
def file(ccpod, request):
    """Each file that is read, not there yet."""
    profile = ccpod.profile("default")
    if request.param == "profile.yml":
        profile.unlink()
        return profile
    path = profile.parent / "config" / request.param
    if request.param in FILES:
        path = ccpod.project / request.param
    path.parent.mkdir(exist_ok=True)
    return path


def test_a_directory(ccpod, file):
    file.mkdir()
    refuses(ccpod, file, "not a regular file")


def test_a_pipe(ccpod, file):
    """Nobody writes to it: to open it would wait for ever."""
    os.mkfifo(file)
    refuses(ccpod, file, "not a regular file")


def test_an_endless_device(ccpod, file):
    file.symlink_to("/dev/zero")
    part = "it leads out of" if ccpod.project in file.parents else "not a regular file"
    refuses(ccpod, file, part)


def test_an_unreadable_file(ccpod, file):
    def run(*args):
        words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        return subprocess.run(
            [*words, ccpod.program, *args], cwd=ccpod.project, env=ccpod.env, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", timeout=30, check=False,
        )

    file.write_text("{}")
    file.chmod(0)
    refuses(ccpod, file, "Permission denied", run)


# What takes long to look at where each piece is looked at again and again.
LONG = {
    "@": b"@" * 900_000,
    "@/": b"@/" * 450_000,
    ")@a": b")@a" * 300_000,
    "@a/..": b"@a/.." * 180_000,
    "@, escaped blanks": b"@\\ " * 300_000,
    "@, lines": b"@a\n" * 300_000,
    "backticks": b"`a``a```a````a" * 60_000,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_claude_md(ccpod, kind):
    ccpod.profile("default")
    (ccpod.project / "CLAUDE.md").write_bytes(LONG[kind])
    assert ccpod("config", "show", "--json").returncode == 0


@pytest.mark.parametrize("command", ["a " * 400_000, "a/b/c/d/e/f " * 80_000], ids=["words", "paths"])
def test_a_command_of_many_words(ccpod, command):
    """Each of them could be a file of the project."""
    ccpod.profile("default")
    (ccpod.project / ".mcp.json").write_text(json.dumps({"mcpServers": {"x": {"command": command}}}))
    done = ccpod("config", "show")
    assert done.returncode == 125
    assert "more than 40000 words that may be files" in done.stderr
    assert "isolation: true" in done.stderr
