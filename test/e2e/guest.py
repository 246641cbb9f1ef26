"""A shell script in the guest's place, in one container: it may end early, or begin late."""

import proxy as faults

REAL = "/ccpod/bin/real"


def starts(sandbox, script):
    """An act for the start of a container: what it starts is this script. The guest is REAL."""

    async def replaced(x):
        (program,) = (sandbox.ccpod_home / "guest").glob("*/ccpod-guest")
        program.rename(program.with_name("real"))
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        await faults.plain(x)

    return replaced
