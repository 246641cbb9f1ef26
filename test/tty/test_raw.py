"""In raw mode every byte passes, in both directions, and the size is known."""

import pytest


def test_what_is_shown_is_not_changed(alone, tmp_path):
    text = "".join(chr(i) for i in range(1, 128)) + "\n\r\n\tü€😀"
    session = alone(text)
    session.terminal.wait_until("all of it", lambda: session.terminal.bytes.endswith("😀".encode()))
    assert session.terminal.bytes == text.encode()


def test_what_is_typed_is_not_changed(alone):
    session = alone()
    for byte in range(256):
        if chr(byte) not in "q3exasofibwh":
            session.terminal.type(bytes([byte]))
            session.said(f"typed {byte:02x}")
    assert session.terminal.bytes == b""


def test_knows_the_size(alone, log):
    alone()
    assert "size 24080" in log.lines


@pytest.mark.parametrize("redirection", ["< /dev/null", "< /dev/zero"])
def test_needs_a_terminal(shell, log, redirection):
    shell.type(f"$P $L $S {redirection}; echo status $?\r".encode())
    shell.log = log
    shell.wait_until("the status", lambda: "status 98" in shell.text())
    shell.wait_until("the reason", lambda: log.find("error set the terminal raw: .* is no terminal"))
