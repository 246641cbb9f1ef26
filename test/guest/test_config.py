"""Claude's files in a fresh container: configuration, first-run answers, links, secrets, git."""
import json
import os
import socket

import pytest

from box import KEY, docker

LINKS = ["projects", "todos", "statsig", "sessions", "tasks", "plans", "file-history", "teams"]


def test_the_tree_is_copied_with_its_modes_and_links(box):
    (box.dir / "config/hooks").mkdir()
    box.put("config/hooks/run.sh", "#!/bin/sh\necho hook\n")
    os.chmod(box.dir / "config/hooks/run.sh", 0o755)
    os.symlink("hooks/run.sh", box.dir / "config/link")
    box.put("config/CLAUDE.md", "rules")
    said = box.sh("cd ~/.claude; cat CLAUDE.md; ./link; stat -c '%u %a %n' hooks hooks/run.sh; "
                  "echo more >>CLAUDE.md", PUID=1500, PGID=1500)
    assert said == "ruleshook\n1500 755 hooks\n1500 755 hooks/run.sh\n"
    assert (box.dir / "config/CLAUDE.md").read_text() == "rules"


def test_the_tree_brings_no_session_and_no_login(box):
    box.put("config/.credentials.json", "{}")
    box.put("config/.claude.json", "{}")
    (box.dir / "config/projects").mkdir()
    (box.dir / "config/projects/p").touch()
    said = box.sh("cd ~/.claude; ls -A; ls projects/", PUID=1500, PGID=1500)
    assert ".credentials.json" not in said and ".claude.json" not in said
    assert "projects" in said and "\np\n" not in said


def test_an_empty_config_names_directory_sharing(box):
    (box.dir / "config/settings.json").unlink()
    done = box.run("echo", "ran")
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith("ccpod: copy the configuration: /ccpod/config is empty\n")
    assert "share" in done.stderr


def test_the_first_run_questions_are_answered(box):
    box.secrets(ANTHROPIC_API_KEY=KEY)
    said = json.loads(box.sh("cat ~/.claude.json"))
    assert said == {
        "hasCompletedOnboarding": True,
        "projects": {"/workspace": {"hasTrustDialogAccepted": True}},
        "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []},
    }


def test_the_users_own_answers_stay(box):
    box.secrets(ANTHROPIC_API_KEY=KEY)
    mine = {"theme": "light", "hasCompletedOnboarding": False,
            "customApiKeyResponses": {"approved": [], "rejected": [KEY[-20:]]}}
    box.put("in/claude.json", mine)
    said = json.loads(box.sh("cat ~/.claude.json"))
    del said["projects"]
    assert said == mine


@pytest.mark.parametrize("bypass,settings,expected", [
    ("1", {"model": "m"}, {"model": "m", "skipDangerousModePermissionPrompt": True}),
    ("1", {"skipDangerousModePermissionPrompt": False},
     {"skipDangerousModePermissionPrompt": False}),
    ("", {"model": "m"}, {"model": "m"}),
])
def test_bypass_mode_is_confirmed_where_the_user_asked_for_it(box, bypass, settings, expected):
    box.put("config/settings.json", settings)
    assert json.loads(box.sh("cat ~/.claude/settings.json", CCPOD_BYPASS=bypass)) == expected


def test_a_config_directory_elsewhere(box):
    said = box.sh("stat -c '%u %a' $CLAUDE_CONFIG_DIR; cat /cc/dir/.claude.json; "
                  "readlink /cc/dir/projects; ! ls -d ~/.claude ~/.claude.json 2>/dev/null",
                  CLAUDE_CONFIG_DIR="/cc/dir", PUID=1500, PGID=1500)
    assert said.startswith("1500 700\n{") and said.endswith("/ccpod/state/projects\n")
    assert box.out("where") == ("credentials /cc/dir/.credentials.json\n"
                                "claude-json /cc/dir/.claude.json\n")


@pytest.mark.parametrize("where", ["/workspace", "/workspace/.claude", "/ccpod/state/x",
                                   "/home/../workspace"])
def test_a_login_never_lies_in_the_project(box, where):
    done = box.run("echo", "ran", CLAUDE_CONFIG_DIR=where)
    assert (done.returncode, done.stdout) == (125, "")
    assert "a login must not lie in the project" in done.stderr
    assert os.listdir(box.dir / "workspace") == []


def test_the_project_is_no_home(box, image):
    made = image("RUN sed -i 's|/home/user|/workspace|' /etc/passwd")
    said = box.sh("echo $HOME", image=made, CCPOD_IMAGE_USER="user", PUID=1000, PGID=1000)
    assert said == "/home/user\n"
    assert os.listdir(box.dir / "workspace") == []


def test_plugins_and_sessions_outlive_the_container(box):
    box.sh("cd ~/.claude; for d in " + " ".join(LINKS) + "; do echo x >$d/kept; done; "
           "echo line >>history.jsonl; readlink plugins >plans/plugins", PUID=1500, PGID=1500)
    for name in LINKS:
        assert (box.dir / "state" / name / "kept").read_text() == "x\n"
    assert (box.dir / "state/history.jsonl").read_text() == "line\n"
    assert (box.dir / "state/plans/plugins").read_text() == "/ccpod/plugins\n"
    assert box.owner("state/projects/kept") == (1500, 1500)
    assert box.sh("cat ~/.claude/history.jsonl", PUID=1500, PGID=1500) == "line\n"


def test_files_of_the_image_in_place_of_a_link_stay_and_are_named(box, image):
    made = image("RUN mkdir -p /home/user/.claude/todos /home/user/.claude/plans && "
                 "touch /home/user/.claude/plans/mine")
    done = box.run("sh", "-c", "cd ~/.claude; ls plans; readlink todos", image=made,
                   CCPOD_IMAGE_USER="user", PUID=1500, PGID=1500)
    assert done.stdout == "mine\n/ccpod/state/todos\n"
    assert "/home/user/.claude/plans is not linked to /ccpod/state/plans" in done.stderr


def test_what_is_mounted_in_place_of_a_link_stays(box):
    (box.dir / "mine").mkdir()
    (box.dir / "mine/file").touch()
    said = box.sh("ls ~/.claude/projects/", PUID=1500, PGID=1500, CCPOD_IMAGE_USER="user",
                  mounts=[f"{box.dir}/mine:/home/user/.claude/projects"])
    assert said == "file\n"


def test_secrets_are_the_users_alone(box):
    box.secrets(ANTHROPIC_API_KEY=KEY, TOKEN="two = 2\nlines")
    running = box.start("sh", "-c", 'echo "$TOKEN"; cat /proc/1/environ /proc/1/cmdline; '
                        "echo ready; exec sleep 1000", PUID=1500, PGID=1500)
    running.until_said("ready")
    assert box.out("secrets-read") == ""
    assert "two = 2\nlines\n" in running.log()
    shown = docker("inspect", running.id).stdout + docker("top", running.id).stdout
    assert KEY not in shown and KEY not in running.log()
    assert docker("exec", "-u", "0", running.id, "sh", "-c", f"! env | grep {KEY}").returncode == 0
    box_root = docker("exec", "-u", "0", running.id, "grep", "-c", KEY, "/proc/1/environ",
                      check=False)
    assert box_root.stdout.strip() in ("", "0")


def test_secrets_of_another_form_are_refused_and_not_shown(box):
    box.put("in/secrets", f"KEY={KEY}")
    done = box.run("echo", "ran")
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr == ("ccpod: read the secrets: /ccpod/run/in/secrets: byte 0: "
                           "not NAME=VALUE and a NUL byte\n")
    assert box.out("secrets-read") is None


def test_what_is_between_supervisor_and_guest_is_not_shown(box):
    said = box.sh("env", CCPOD_STATE="ephemeral", CCPOD_NETWORK_POLICY="full",
                  CCPOD_ALLOWED_HOSTS="", CCPOD_PLUGINS_TO_INSTALL="a@b",
                  CCPOD_BYPASS="1", CCPOD_IMAGE_USER="user", CCPOD_SHELL_MODE="")
    names = sorted(line.split("=")[0] for line in said.splitlines() if line.startswith("CCPOD"))
    assert names == ["CCPOD_NETWORK_POLICY", "CCPOD_PLUGINS_TO_INSTALL", "CCPOD_STATE",
                     "CCPOD_WORKSPACE"]
    assert "DISABLE_AUTOUPDATER=1\n" in said


def test_git_knows_the_user_and_trusts_the_workspace(box, image):
    made = image("RUN printf '[core]\\n\\tpager = cat' >/etc/gitconfig")
    box.put("in/git", 'NAME=A "B" C\0EMAIL=a@b.c\0')
    said = box.sh("cat /etc/gitconfig", image=made)
    assert said == ('[core]\n\tpager = cat\n[user]\n\tname = "A \\"B\\" C"\n'
                    '[user]\n\temail = "a@b.c"\n[safe]\n\tdirectory = "/workspace"\n')


def test_yolo_puts_the_flag_behind_claude(box, image):
    made = image("RUN printf '#!/bin/sh\\necho \"$@\"\\n' >/usr/bin/claude && "
                 "chmod 755 /usr/bin/claude")
    flag = "--dangerously-skip-permissions"
    assert box.run("claude", "-p", "x", image=made, CLAUDE_YOLO="1").stdout == f"{flag} -p x\n"
    assert box.run("claude", "-p", "x", image=made, CLAUDE_YOLO="").stdout == "-p x\n"


@pytest.mark.parametrize("mode", [0o600, 0o660, 0o666])
def test_the_agents_socket_is_the_users_to_use(box, mode):
    path = box.dir / "agent.sock"
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(path))
        path.chmod(mode)
        agent.listen()
        said = box.sh("echo $SSH_AUTH_SOCK; test -w $SSH_AUTH_SOCK", PUID=1500, PGID=1500,
                      mounts=[f"{path}:/run/host-services/ssh-auth.sock"])
        assert said == "/run/host-services/ssh-auth.sock\n"
        assert os.stat(path).st_uid == os.getuid()


def test_the_ssh_directory_is_linked(box):
    (box.dir / "ssh").mkdir()
    box.put("ssh/config", "Host x\n")
    said = box.sh("cat ~/.ssh/config", mounts=[f"{box.dir}/ssh:/ccpod/ssh:ro"])
    assert said == "Host x\n"


def test_what_is_handed_out_belongs_to_the_owner_of_the_directory(box):
    os.chmod(box.dir / "out", 0o755)
    box.give("out", 77)
    box.sh("true", PUID=1500, PGID=1500)
    for name in ("where", "secrets-read", "claude.json", "clean"):
        assert box.owner(f"out/{name}") == (77, 77)
