"""The docker command line tool, told to run the very container that ccpod would."""


def _mount(mount):
    parts = [f"type={mount['Type']}", f"source={mount['Source']}", f"target={mount['Target']}"]
    if mount.get("ReadOnly"):
        parts.append("readonly")
    if mount.get("VolumeOptions", {}).get("NoCopy"):
        parts.append("volume-nocopy")
    return ",".join(parts)


def run_argv(docker, engine, spec):
    """`docker run ...` that leads to the create request SPEC, but for labels."""
    host = spec["HostConfig"]
    argv = [docker, "-H", engine.host, "run", "--rm", "--no-healthcheck"]
    lists = {
        "--env": spec["Env"],
        "--mount": [_mount(mount) for mount in host["Mounts"]],
        "--tmpfs": [f"{path}:{how}" for path, how in host.get("Tmpfs", {}).items()],
        "--cap-drop": host.get("CapDrop", []),
        "--cap-add": host.get("CapAdd", []),
        "--security-opt": host.get("SecurityOpt", []),
        "--add-host": host.get("ExtraHosts", []),
    }
    for flag, values in lists.items():
        for value in values:
            argv += [flag, value]
    if "LogConfig" in host:
        argv += ["--log-driver", host["LogConfig"]["Type"]]
    if spec["Tty"]:
        argv += ["--interactive", "--tty"]
    argv += ["--user", spec["User"], "--workdir", spec["WorkingDir"]]
    argv += ["--pids-limit", str(host["PidsLimit"]), "--entrypoint", spec["Entrypoint"][0]]
    return argv + [spec["Image"], *spec["Entrypoint"][1:], *spec["Cmd"]]


def docker_contestant(setup, measure):
    """{"docker": what measures it}, given its path, or nothing where there is no docker."""
    return {"docker": lambda: measure(setup.docker)} if setup.docker else {}
