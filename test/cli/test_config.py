"""`config show` and `config validate`: what the program makes of the files. What each setting
means is tested where it is read (test/unit/test_config_*)."""
import json
import os
import stat
from pathlib import Path

import pytest

SECRET = "sk-a-key-that-nobody-may-see"


def show(ccpod, *flags, **options):
    done = ccpod("config", "show", "--json", *flags, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_keys(ccpod):
    """The keys that scripts may count on."""
    ccpod.profile("default")
    assert set(show(ccpod)) >= {
        "profileName", "image", "dockerfile", "auth", "autoDetectMcp", "state", "ssh", "network",
        "ports", "services", "env", "init", "plugins", "mergedConfigDir", "claudeArgs",
        "isolation", "permissions", "resources", "workspace", "trusted", "settings", "claudeMd",
        "project", "warnings",
    }


def test_yaml_says_the_same(ccpod):
    ccpod.profile("default", "state: persistent\nservices: {db: {image: 'a:1'}}\n")
    text = ccpod("config", "show").stdout
    for line in ("profileName: default", "state: persistent", "  db:", "claudeMd: \"\""):
        assert line in text.splitlines()


def test_which_profile(ccpod):
    for name in ("default", "work", "other"):
        ccpod.profile(name)
    assert show(ccpod)["profileName"] == "default"
    (ccpod.project / ".ccpod.yml").write_text("profile: work\n")
    assert show(ccpod)["profileName"] == "work"
    assert show(ccpod, "--profile", "other")["profileName"] == "other"


def test_which_project(ccpod, tmp_path):
    ccpod.profile("default")
    (ccpod.project / ".ccpod.yml").write_text("")
    inner = ccpod.project / "a" / "b"
    inner.mkdir(parents=True)
    assert show(ccpod, cwd=inner)["project"]["dir"] == str(ccpod.project)
    assert show(ccpod, "--here", cwd=inner)["project"]["dir"] == str(inner)
    assert show(ccpod, "-C", str(inner), cwd=tmp_path)["project"]["dir"] == str(ccpod.project)
    (tmp_path / "link").symlink_to(inner)
    assert show(ccpod, "-C", "link", "--here", cwd=tmp_path)["project"]["dir"] == str(inner)


def test_the_merged_dir_can_be_looked_at(ccpod):
    ccpod.profile("default", "permissions: moderate\n")
    shown = show(ccpod)
    merged = Path(shown["mergedConfigDir"])
    assert stat.S_IMODE(merged.stat().st_mode) == 0o700
    assert json.loads((merged / "settings.json").read_text()) == shown["settings"]
    assert show(ccpod)["mergedConfigDir"] == str(merged)


@pytest.mark.parametrize("what", ["link", "file", "another's"])
@pytest.mark.parametrize("where", ["parent", "target"])
def test_a_merged_dir_that_is_not_ours(ccpod, tmp_path, where, what):
    """Somebody could have put it there to be read, or written, in our name."""
    ccpod.profile("default")
    path = Path(show(ccpod)["mergedConfigDir"])
    path = path.parent if where == "parent" else path
    if what == "another's":
        if os.geteuid() != 0:
            return  # only root can make one
        os.chown(path, 12345, 12345)
    else:
        path.rename(tmp_path / "moved")
        path.symlink_to(tmp_path / "moved") if what == "link" else path.write_text("")
    done = ccpod("config", "show")
    assert (done.returncode, done.stdout) == (125, "")
    assert "write the merged config dir: " in done.stderr
    assert str(path) in done.stderr


def test_secrets_are_masked(ccpod):
    ccpod.profile("default", "env: ['FORWARDED', 'API_TOKEN=%s-2', 'PLAIN=visible']\n" % SECRET)
    env = {"ANTHROPIC_API_KEY": SECRET, "FORWARDED": SECRET + "-1"}
    for flags in ([], ["--json"], ["-vv"]):
        done = ccpod("config", "show", *flags, env=env)
        assert done.returncode == 0
        assert SECRET not in done.stdout + done.stderr
        assert "visible" in done.stdout
    shown = show(ccpod, "--reveal", env=env)["env"]
    assert shown["ANTHROPIC_API_KEY"] == SECRET
    assert shown["FORWARDED"] == SECRET + "-1"
    assert shown["API_TOKEN"] == SECRET + "-2"


def test_foreign_text_is_harmless(ccpod):
    ccpod.profile("default")
    (ccpod.project / "CLAUDE.md").write_text("red \x1b[31m, hidden \u202e, C1 \u009b31m\n")
    assert "red" in show(ccpod)["claudeMd"]
    for flags in ([], ["--json"]):
        text = ccpod("config", "show", *flags).stdout
        assert not {"\x1b", "\u202e", "\u009b"} & set(text)


def test_all_errors_of_both_files(ccpod):
    ccpod.profile("default", "stat: persistent\nisolation: maybe\n")
    (ccpod.project / ".ccpod.yml").write_text("merge: deep\nmerg: deep\n")
    done = ccpod("config", "validate")
    assert (done.returncode, done.stdout) == (125, "")
    project, *profile = [line.strip() for line in done.stderr.splitlines()]
    assert ".ccpod.yml:2:1: merg: unknown setting" in project and 'did you mean "merge"?' in project
    assert "profile.yml:4:1: stat: " in profile[0] and 'did you mean "state"?' in profile[0]
    assert "profile.yml:5:12: isolation: " in profile[1]


def test_what_the_files_name(ccpod):
    file = ccpod.profile("default", "  path: missing-tree\ncaCertificates:\n- missing-file\n")
    done = ccpod("config", "validate")
    assert done.returncode == 125
    assert "missing-file: No such file or directory" in done.stderr
    assert "missing-tree" in done.stderr
    (file.parent / "missing-file").write_text("")
    (file.parent / "missing-tree").mkdir()
    done = ccpod("config", "validate")
    assert done.returncode == 0
    assert "the configuration is valid" in done.stderr
    assert ccpod("config", "validate", "-q").stderr == ""


@pytest.mark.parametrize("setting, why", [
    ("network: {policy: restricted}", "network.policy is restricted"),
    ("image: {use: build, dockerfile: Dockerfile}", "does not build images"),
])
def test_what_a_run_refuses_is_not_valid(ccpod, setting, why):
    (ccpod.project / "Dockerfile").write_text("FROM scratch\n")
    ccpod.profile("default", setting + "\n")
    done = ccpod("config", "validate")
    assert done.returncode == 125 and why in done.stderr and "is valid" not in done.stderr
    # A run does not come as far as asking for an engine.
    run = ccpod("run", "hello", env={"ANTHROPIC_API_KEY": SECRET})
    assert run.returncode == 125 and why in run.stderr


def test_what_a_run_leaves_undone_is_a_warning(ccpod):
    left_out = "init: ['true']\nplugins: [some]\ncompose: true\ncaCertificates: [/etc/passwd]\n"
    ccpod.profile("default", left_out)
    done = ccpod("config", "validate")
    assert done.returncode == 0
    assert "init commands are not run" in done.stderr and "plugins are not installed" in done.stderr
    assert "caCertificates are not installed" in done.stderr and "compose: " in done.stderr


@pytest.mark.parametrize("command", ["validate", "show"])
def test_who_asks_for_a_profile_that_is_not_there(ccpod, command):
    ccpod.profile("default")
    (ccpod.project / ".ccpod.yml").write_text("merge: deep\nprofile: nope\n")
    done = ccpod("config", command)
    assert done.returncode == 125
    assert ".ccpod.yml:2:10: profile: there is no profile nope" in done.stderr
    assert ".ccpod.yml" not in ccpod("config", command, "--profile", "other").stderr


@pytest.mark.parametrize("command", ["validate", "show"])
def test_a_home_that_cannot_be_read(ccpod, command):
    ccpod.profile("default")
    user = {}
    if os.geteuid() == 0:
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        (ccpod.home.parent / "shut").mkdir(mode=0o700)
    else:
        (ccpod.home.parent / "shut").mkdir(mode=0)
    shut = ccpod.home.parent / "shut" / "ccpod"
    done = ccpod("config", command, env={"CCPOD_HOME": str(shut)}, cwd="/usr/share", **user)
    assert done.returncode == 125
    assert f"{shut}/profiles/default/profile.yml: Permission denied" in done.stderr
    assert "no profile" not in done.stderr


@pytest.mark.parametrize("name", ["../x", "a/b", "x" * 65, "svc-a", "", "-x", "a b"])
@pytest.mark.parametrize("command", ["show", "validate"])
def test_bad_profile_names(ccpod, command, name):
    before = sorted(os.walk(ccpod.home))
    done = ccpod("config", command, f"--profile={name}")
    assert done.returncode in (2, 125)
    assert done.stdout == ""
    assert sorted(os.walk(ccpod.home)) == before


def test_a_profile_that_is_not_there(ccpod):
    ccpod.profile("work")
    done = ccpod("config", "show", "--profile", "wrok")
    assert done.returncode == 125
    assert "wrok" in done.stderr and "work" in done.stderr
