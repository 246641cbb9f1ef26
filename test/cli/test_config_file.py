"""`config get` and `config set`: config.yml, whose comments and layout stay as they are."""
import stat

import pytest


def get(ccpod):
    done = ccpod("config", "get", "autoCheckUpdates")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_without_a_file(ccpod):
    assert get(ccpod) == "true\n"
    assert list(ccpod.home.iterdir()) == []


def test_makes_the_file(ccpod):
    ccpod.home.rmdir()
    assert ccpod("config", "set", "autoCheckUpdates", "false").returncode == 0
    assert get(ccpod) == "false\n"
    file = ccpod.home / "config.yml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(ccpod.home.stat().st_mode) == 0o700


KEPT = [
    ("autoCheckUpdates: true\n", "autoCheckUpdates: false\n"),
    ("autoCheckUpdates: true", "autoCheckUpdates: false"),
    ("autoCheckUpdates: false # as it is\n", "autoCheckUpdates: false # as it is\n"),
    ("# caf\u00e9\n\n'autoCheckUpdates':   true   # why\n# end", None),
    ("x-mine: [1, 2]\r\nautoCheckUpdates: true\r\nx-more: 3\r\n", None),
    ("{ x-caf\u00e9: 1, autoCheckUpdates: true }\n", None),
    ("autoCheckUpdates: &a true\n", None),
    ("# only words", "# only words\nautoCheckUpdates: false\n"),
    ("", "autoCheckUpdates: false\n"),
    ("x-mine: 1\n", "x-mine: 1\nautoCheckUpdates: false\n"),
]


@pytest.mark.parametrize("before, after", KEPT)
def test_keeps_comments_and_layout(ccpod, before, after):
    file = ccpod.home / "config.yml"
    file.write_bytes(before.encode())
    done = ccpod("config", "set", "autoCheckUpdates", "false")
    assert (done.returncode, done.stderr) == (0, "")
    expected = before.replace("true", "false") if after is None else after
    assert file.read_bytes().decode() == expected
    assert get(ccpod) == "false\n"


NO_PLACE = [
    'autoCheckUpdates: !!bool "true"\n',
    "{}\n",
    "x-mine: 1\n...\n",
    "x-mine: &a true\nautoCheckUpdates: *a\n",
]


@pytest.mark.parametrize("text", NO_PLACE)
def test_refuses_what_it_cannot_edit(ccpod, text):
    file = ccpod.home / "config.yml"
    file.write_text(text)
    done = ccpod("config", "set", "autoCheckUpdates", "false")
    assert done.returncode == 125
    assert "config.yml" in done.stderr
    assert file.read_text() == text


WRONG = [
    ("autoCheckUpdates: maybe\n", ":1:19: autoCheckUpdates: must be true or false"),
    ("autoCheckUpdates: true\nautoCheckUpdates: false\n", ":2:1: "),
    ("autoChekUpdates: true\n", ":1:1: autoChekUpdates: "),
    ("a: [", "config.yml:"),
    ("- true\n", "must be a map"),
    ("\0", "config.yml:1:1: "),
]


@pytest.mark.parametrize("text, message", WRONG)
@pytest.mark.parametrize("words", [["get"], ["set", "true"]], ids=["get", "set"])
def test_errors_have_places(ccpod, text, message, words):
    file = ccpod.home / "config.yml"
    file.write_text(text)
    done = ccpod("config", words[0], "autoCheckUpdates", *words[1:])
    assert done.returncode == 125
    assert done.stdout == ""
    assert message in done.stderr
    assert file.read_text() == text


def test_a_link_stays_a_link(ccpod, tmp_path):
    """The file of someone who keeps it with their other dot files."""
    real = tmp_path / "dotfiles.yml"
    real.write_text("autoCheckUpdates: true # mine\n")
    (ccpod.home / "config.yml").symlink_to(real)
    assert ccpod("config", "set", "autoCheckUpdates", "false").returncode == 0
    assert (ccpod.home / "config.yml").is_symlink()
    assert real.read_text() == "autoCheckUpdates: false # mine\n"


def test_a_relative_home_is_refused(ccpod):
    done = ccpod("config", "get", "autoCheckUpdates", env={"CCPOD_HOME": "here"})
    assert done.returncode == 125
    assert "CCPOD_HOME is here, and must be an absolute path" in done.stderr
