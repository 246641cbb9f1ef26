"""As whom the command runs, with which rights, in which image."""
import os

import pytest

from box import BASE, BUSYBOX, KEY, capabilities, docker

STATUS = "cat /proc/self/status"


def status(text):
    return {k: v.split() for k, v in (line.split(":", 1) for line in text.splitlines())}


@pytest.mark.parametrize("configured", ["user", "", "root", "absent", "1000:1000", "1001"])
@pytest.mark.parametrize("uid,gid", [(0, 0), (1000, 1000), (1500, 1600), (12345, 20)])
def test_runs_as_the_owner_of_the_project_without_any_right(box, uid, gid, configured):
    box.give("workspace", uid, gid)
    said = status(box.sh(f"touch /workspace/new; {STATUS}", PUID=uid, PGID=gid,
                         CCPOD_IMAGE_USER=configured))
    assert said["Uid"] == [str(uid)] * 4
    assert said["Gid"] == [str(gid)] * 4
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(said[name][0], 16) == 0
    assert said["NoNewPrivs"] == ["1"]
    assert box.owner("workspace/new") == (uid, gid)


def test_is_known_by_name_and_has_a_home_of_its_own(box):
    said = box.sh('echo "$(whoami) $(id -gn) $HOME $USER $LOGNAME"; cd; touch new; ls -nd .',
                  PUID=1500, PGID=1500, CCPOD_IMAGE_USER="user")
    assert said.startswith("user user /home/user user user\n")
    assert "1500     1500" in said


def test_an_image_without_users_gets_one(box, image):
    bare = image("RUN rm /etc/passwd /etc/group && rmdir /home/user")
    said = box.sh("whoami; echo $HOME; cat /etc/passwd", image=bare, PUID=1500, PGID=1500)
    assert said == "claude\n/home/claude\nclaude:x:1500:1500::/home/claude:/bin/sh\n"


def test_a_system_directory_is_nobodys_home(box, image):
    made = image("RUN echo 'daemon:x:2:2::/usr/sbin:/bin/sh' >>/etc/passwd")
    said = box.sh("echo $HOME; touch ~/new; ls -nd /usr/sbin", image=made, PUID=1500, PGID=1500,
                  CCPOD_IMAGE_USER="daemon")
    assert said.startswith("/home/daemon\n")
    assert "0        0" in said


def test_files_of_the_image_keep_their_owner_but_directories_in_the_home_are_writable(box, image):
    made = image("RUN cd /home/user && mkdir -p .cache/deep bin && touch .profile bin/tool && "
                 "chown -R 1000:1000 . && mkdir foreign && chown 7:7 foreign")
    said = box.sh("cd; touch .cache/new; stat -c '%u %n' .profile .cache bin/tool foreign",
                  image=made, PUID=1500, PGID=1500, CCPOD_IMAGE_USER="user")
    assert said == "1000 .profile\n1500 .cache\n1000 bin/tool\n7 foreign\n"


def test_root_is_told_to_be_in_a_sandbox(box):
    assert box.sh("echo $IS_SANDBOX $HOME", PUID=0, PGID=0) == "1 /root\n"
    assert box.sh("echo [$IS_SANDBOX]", PUID=1500, PGID=1500) == "[]\n"


def test_root_without_rights_cannot_do_what_root_can(box):
    for forbidden in ("chown 7 /tmp", "touch /home/user/x", "mknod /tmp/d c 1 3",
                      "cat /proc/1/environ", "mount -t tmpfs x /tmp", "hostname x"):
        done = box.run("sh", "-c", forbidden, PUID=0, PGID=0)
        assert done.returncode != 0, forbidden
        assert "ermi" in done.stderr, done.stderr


SUID = "RUN cp /bin/cat /bin/suid && chmod 4755 /bin/suid"


def test_a_setuid_program_gives_nothing(box, image):
    made = image(SUID, base=BASE)
    said = status(box.sh("suid /proc/self/status", image=made, PUID=1500, PGID=1500))
    assert said["Uid"] == ["1500"] * 4


def test_relaxed_keeps_setuid_programs_working(box, image):
    made = image(SUID, base=BASE)
    said = status(box.sh("suid /proc/self/status",
                         image=made, PUID=1500, PGID=1500, CCPOD_HARDENING="relaxed",
                         security=()))
    assert said["Uid"] == ["1500", "0", "0", "0"]
    assert int(said["CapEff"][0], 16) != 0


def test_relaxed_gives_root_nothing(box):
    said = status(box.sh(STATUS, PUID=0, PGID=0, CCPOD_HARDENING="relaxed", security=()))
    assert int(said["CapBnd"][0], 16) == 0
    assert said["NoNewPrivs"] == ["1"]


@pytest.mark.parametrize("missing", ["SETPCAP", "SETUID", "SETGID"])
def test_without_a_right_of_its_own_it_starts_nothing(box, missing):
    done = box.run("sh", "-c", "echo ran", PUID=1500, PGID=1500,
                   caps=[c for c in capabilities() if c != missing])
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith("ccpod: ")


def test_pid_1_keeps_only_what_it_needs(box):
    said = status(box.sh("cat /proc/1/status", PUID=1500, PGID=1500))
    assert said["CapEff"] == said["CapPrm"] == said["CapBnd"] == ["0000000000000023"]


@pytest.mark.parametrize("uid", ["x", "-1", "4294967295"])
def test_what_is_no_id_is_said(box, uid):
    done = box.run("true", PUID=uid)
    assert done.returncode == 125
    assert done.stderr == f"ccpod: set up the user: PUID={uid}: not a user or group id\n"


def test_it_must_start_as_root(box):
    done = box.run("true", user="1000:1000")
    assert done.returncode == 125
    assert "must start as root of the container, not as uid 1000" in done.stderr


def test_the_streams_can_be_opened_again(box):
    done = box.run("sh", "-c", "echo out >/dev/stdout; echo err >/dev/stderr; cat </dev/stdin",
                   stdin="in", PUID=1500, PGID=1500)
    assert (done.returncode, done.stdout, done.stderr) == (0, "out\nin", "err\n")


def test_a_workspace_that_is_read_only_is_left_alone(box):
    box.put("workspace/file", "x")
    said = box.sh("cat file; ! touch new 2>/dev/null", workspace="ro", PUID=1500, PGID=1500)
    assert said == "x"


HOSTILE = {
    "etc-passwd": "RUN rm /etc/passwd && ln -s /workspace/victim /etc/passwd",
    "etc-group": "RUN rm /etc/group && ln -s /workspace/victim /etc/group",
    "etc-gitconfig": "RUN ln -s /workspace/victim /etc/gitconfig",
    "claude-json": "RUN ln -s /workspace/victim /home/user/.claude.json",
    "settings": "RUN mkdir /home/user/.claude && "
                "ln -s /workspace/victim /home/user/.claude/settings.json",
    "credentials": "RUN mkdir /home/user/.claude && "
                   "ln -s /workspace/victim /home/user/.claude/.credentials.json",
    "projects": "RUN mkdir /home/user/.claude && ln -s /workspace /home/user/.claude/projects",
    "fifo": "RUN mkdir /home/user/.claude && mkfifo /home/user/.claude.json "
            "/home/user/.claude/settings.json /home/user/.claude/.credentials.json",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_link_of_the_image_is_replaced_not_followed(box, image, name):
    made = image(HOSTILE[name])
    box.put("workspace/victim", "untouched")
    box.put("in/credentials.json", {"claudeAiOauth": {"refreshToken": "r", "expiresAt": 5}})
    os.chmod(box.dir / "workspace/victim", 0o600)
    before = os.stat(box.dir / "workspace/victim")
    box.secrets(ANTHROPIC_API_KEY=KEY)
    box.put("in/git", "NAME=n\0")
    box.sh("whoami; cat ~/.claude/settings.json ~/.claude.json ~/.claude/.credentials.json",
           image=made, PUID=1500, PGID=1500, CCPOD_IMAGE_USER="user")
    after = os.stat(box.dir / "workspace/victim")
    assert (box.dir / "workspace/victim").read_text() == "untouched"
    assert (after.st_mode, after.st_uid, after.st_mtime) == \
        (before.st_mode, before.st_uid, before.st_mtime)
    assert os.listdir(box.dir / "workspace") == ["victim"]


@pytest.mark.parametrize("line,named", [
    ("RUN ln -s /workspace /home/user/.claude", "/home/user/.claude"),
    ("RUN rmdir /home/user && ln -s /workspace /home/user", "/home/user"),
    ("RUN mv /home /homes && ln -s /homes /home", "/home"),
    ("RUN rm -rf /run && ln -s /workspace /run", "/run"),
])
def test_a_directory_that_is_a_link_ends_the_start(box, image, line, named):
    done = box.run("echo", "ran", image=image(line), PUID=1500, PGID=1500,
                   CCPOD_IMAGE_USER="user")
    assert (done.returncode, done.stdout) == (125, "")
    assert named in done.stderr and "link" in done.stderr
    assert os.listdir(box.dir / "workspace") == []


def test_what_is_mounted_in_the_home_keeps_its_owner(box):
    (box.dir / "host").mkdir()
    box.give("host", 77)
    box.sh("ls ~/mounted", PUID=1500, PGID=1500, CCPOD_IMAGE_USER="user",
           mounts=[f"{box.dir}/host:/home/user/mounted"])
    assert box.owner("host") == (77, 77)


def test_a_named_volume_becomes_the_users(box):
    name = f"ccpod-test-{os.getpid()}"
    try:
        docker("run", "--rm", "--net", "none", "-v", f"{name}:/v", BUSYBOX, "sh", "-c",
               "mkdir -p /v/a/b && touch /v/a/b/c && ln -s /etc/passwd /v/link")
        said = box.sh("cd ~/.claude/plugins; touch new; stat -c '%u %n' . a a/b a/b/c link; "
                      "stat -c %u /etc/passwd", PUID=1500, PGID=1500,
                      mounts=[f"{name}:/ccpod/plugins"])
        assert said == "1500 .\n1500 a\n1500 a/b\n1500 a/b/c\n1500 link\n0\n"
    finally:
        docker("volume", "rm", "-f", name)
