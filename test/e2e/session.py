"""Sessions at a terminal: started from a shell, and what its user is left with."""

import os
import subprocess


def type_command(shell, sandbox, *args):
    """Types a command of ccpod on a clear screen; it prints its exit code."""
    line = subprocess.list2cmdline(sandbox.argv(*args)).replace("$", r"\$").replace("`", r"\`")
    shell.clear()
    shell.type(line + "; echo code=$?\r")


def start(shell, sandbox, script, *args):
    """Starts a session that runs a script, and prints its exit code."""
    (sandbox.project / "script").write_text(script)
    type_command(shell, sandbox, "run", *args, "--", ". ./script")


def wait_for_code(shell):
    """The exit code of what start() has started; not the line that was typed."""
    return int(shell.wait_for_match(r"code=(\d+)"))


def supervisor(sandbox):
    """The process that talks to the engine: of the two the one with a parent of the same name."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if os.readlink(f"/proc/{entry}/exe") != os.path.realpath(sandbox.program):
                continue
            with open(f"/proc/{entry}/environ", "rb") as environ:
                if f"TMPDIR={sandbox.temporary}".encode() not in environ.read().split(b"\0"):
                    continue
            with open(f"/proc/{entry}/stat", encoding="ascii") as stat:
                found[int(entry)] = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
    inner = [pid for pid, parent in found.items() if parent in found]
    return (inner or list(found))[0]


def guardian(sandbox):
    """The process that the shell started."""
    with open(f"/proc/{supervisor(sandbox)}/stat", encoding="ascii") as stat:
        return int(stat.read().rpartition(")")[2].split()[1])


def assert_as_before(shell, before):
    """The cursor, the screen, the line's modes, and no stray answer typed into the shell."""
    shell.wait_for_prompt()
    said = shell.bytes[-2000:]
    private = {mode >> 5 for mode in shell.screen.mode if mode >= 32}
    assert not private & {1000, 1002, 1003, 1004, 1006, 1049, 2004}, said
    assert 7 in private, said  # autowrap is on
    assert not shell.screen.cursor.hidden, said
    assert shell.screen.margins is None, said
    assert shell.screen.cursor.attrs.fg == "default", said
    assert shell.command("stty -a") == before
