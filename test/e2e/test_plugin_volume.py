"""The volume with the plugins: Claude runs what lies in it, so nobody mounts what another owner
may have written."""

import pytest

from pods import owner
from proxy import plain
from services import Project, fails

WRITE, READ = "echo mine >/ccpod/plugins/x", "cat /ccpod/plugins/x"
OTHER = {"CCPOD_INSTANCE": "another"}


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


def runs(project, script, *args, **options):
    result = project.run(*args, script, **options)
    assert (result.code, result.err) == (0, b""), result.err
    return result.out


def labels(project, name):
    found = project.engine.do("GET", f"/volumes/{name}")["Labels"]
    return {name: value for name, value in found.items() if name != "ccpod.version"}


def exists(project, name):
    return project.engine.ask("GET", f"/volumes/{name}")[0] == 200


def test_it_is_kept_for_the_next_run(project):
    runs(project, WRITE)
    assert runs(project, READ) == b"mine\n"
    assert labels(project, project.sandbox.plugin_volume) == {
        "ccpod.profile": project.sandbox.profile,
        "ccpod.type": "plugins",
        "ccpod.owner": owner(project.instance),
    }


def test_one_that_is_removed_meanwhile_is_ours_again(project, proxy):
    """Between the look at it and the create: the engine makes it, and knows whose it is."""
    runs(project, WRITE)
    removed = []

    async def remove(x):
        removed.append(project.engine.ask("DELETE", f"/volumes/{project.sandbox.plugin_volume}")[0])
        await plain(x)

    proxy.on("POST /containers/create", remove)
    project.sandbox.through(proxy)
    assert runs(project, "ls /ccpod/plugins") == b""
    assert removed == [204]
    runs(project, WRITE)
    assert labels(project, project.sandbox.plugin_volume)["ccpod.owner"] == owner(project.instance)


def test_another_owner_has_one_of_its_own(project):
    runs(project, WRITE)
    look = "ls /ccpod/plugins; echo theirs >/ccpod/plugins/y"
    assert runs(project, look, env=OTHER) == b""
    assert runs(project, look, env=OTHER) == b"y\n"
    assert runs(project, "ls /ccpod/plugins") == b"x\n"
    assert labels(project, f"{project.sandbox.plugin_volume}-{owner('another')}")["ccpod.owner"] == owner("another")


def test_one_without_an_owner_is_left_alone(project):
    """As older ones have made it. Nobody knows who has written into it."""
    name = project.sandbox.plugin_volume
    old = {"ccpod.profile": project.sandbox.profile, "ccpod.type": "plugins"}
    project.engine.do("POST", "/volumes/create", {"Name": name, "Labels": old})
    runs(project, WRITE)
    assert runs(project, READ) == b"mine\n"
    assert labels(project, name) == old
    assert exists(project, f"{name}-{owner(project.instance)}")


def test_both_names_are_taken(project):
    name = project.sandbox.plugin_volume
    foreign = [name, f"{name}-{owner(project.instance)}"]
    for each in foreign:
        project.engine.do("POST", "/volumes/create", {"Name": each, "Labels": project.labels(owner="0" * 16)})
    fails(project.run("echo ran"), "not ours", f"docker volume rm {foreign[1]}")


def test_down_takes_that_of_a_trusted_project_and_no_other(project):
    shared = project.sandbox.plugin_volume
    own = f"{shared}-{project.sandbox.project_hash}"
    runs(project, "true")
    runs(project, "true", "--trust-project")
    assert labels(project, own)["ccpod.project"] == project.sandbox.project_hash
    result = project.command("down", "--all", "--volumes", "--force")
    assert (result.code, result.err) == (0, b"")
    assert exists(project, shared) and not exists(project, own)
