"""A shell in a running container: Claude's user, Claude's environment, secrets included."""
import pexpect
import pytest

from box import DEADLINE, KEY, docker
from test_user import status


@pytest.fixture(params=[1500, 0])
def running(box, request):
    box.secrets(ANTHROPIC_API_KEY=KEY)
    made = box.start("sh", "-c", "echo ready; while :; do sleep 0.05; done", PUID=request.param,
                     PGID=request.param, TERM="of-claude", CCPOD_IMAGE_USER="user")
    made.uid = request.param
    made.until_said("ready")
    return made


def test_it_is_as_claude_is(running):
    said = status(running.sh("cat /proc/self/status"))
    assert said["Uid"] == said["Gid"] == [str(running.uid)] * 4
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(said[name][0], 16) == 0
    assert said["NoNewPrivs"] == ["1"]
    home = "/home/user" if running.uid else "/root"
    assert running.sh("echo $HOME $ANTHROPIC_API_KEY $CCPOD_SHELL_MODE; pwd") == (
        f"{home} {KEY} 1\n/workspace\n")


def test_its_terminal_is_its_own(running):
    done = running.exec("--", "sh", "-c", "echo $TERM $LC_ALL", flags=["-e", "TERM=mine", "-e",
                                                                      "LC_ALL=C.UTF-8"])
    assert done.stdout == "mine C.UTF-8\n"


def test_its_streams_can_be_opened_again(running):
    done = running.exec("--", "sh", "-c", "echo out >/dev/stdout; echo err >/dev/stderr")
    assert (done.stdout, done.stderr) == ("out\n", "err\n")
    tty = pexpect.spawn("docker", ["exec", "-it", running.id, "/ccpod/bin/ccpod-guest", "exec",
                                   "--", "sh", "-c", "echo to $(tty) >$(tty)"], timeout=DEADLINE)
    tty.expect_exact("to /dev/pts/")
    tty.expect(pexpect.EOF)


def test_root_is_root(running):
    done = running.exec("--root", "--", "sh", "-c", "cat /proc/self/status")
    said = status(done.stdout)
    assert said["Uid"] == ["0"] * 4 and int(said["CapEff"][0], 16) != 0
    assert running.exec("--root", "--", "sh", "-c", "echo $HOME $USER").stdout == "/root root\n"


@pytest.mark.parametrize("command,code", [("exit 7", 7), ("kill -9 $$", 137)])
def test_its_exit_code_comes_through(running, command, code):
    assert running.exec("--", "sh", "-c", command).returncode == code


def test_a_missing_command_is_said(running):
    done = running.exec("--", "nope")
    assert done.returncode == 127
    assert done.stderr.startswith("ccpod: run nope: the image has none in its PATH")


def test_without_a_command_it_is_a_shell(running):
    done = docker("exec", "-i", running.id, "/ccpod/bin/ccpod-guest", "exec", check=False,
                  input="id -u; exit 3")
    assert (done.stdout, done.returncode) == (f"{running.uid}\n", 3)


def test_no_secret_stands_in_its_request(running):
    tty = pexpect.spawn("docker", ["exec", "-it", running.id, "/ccpod/bin/ccpod-guest", "exec",
                                   "--", "sh", "-c", "echo ready; read x"], timeout=DEADLINE)
    tty.expect_exact("ready")
    assert KEY not in docker("top", running.id, "-o", "pid,args").stdout
    assert KEY not in docker("inspect", running.id).stdout
    tty.send("\r")
    tty.expect(pexpect.EOF)


def test_the_socket_is_roots(running):
    assert running.exec("--root", "--", "sh", "-c", "stat -c '%u %a' /run/ccpod/exec.sock").stdout \
        == "0 600\n"


def test_many_at_once(running):
    import concurrent.futures
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda i: running.exec("--", "sh", "-c", f"exit {i}").returncode,
                              range(1, 25)))
    assert codes == list(range(1, 25))
