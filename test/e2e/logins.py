"""Logins as Claude keeps them, and the profile's store of them."""

import json
import stat
import time

HOUR = 3600
DIRECTORY = ".claude"  # of Claude, in its home


def login(token, hours, **more):
    """A login as Claude keeps it, that expires in so many hours."""
    now = int(time.time() * 1000)
    found = {
        "accessToken": f"access-{token}",
        "refreshToken": f"refresh-{token}",
        "expiresAt": now + hours * HOUR * 1000,
        "scopes": ["user:inference"],
        "subscriptionType": "max",
    }
    return {"claudeAiOauth": {**found, **more}}


class Store:
    """The profile's credentials at home."""

    def __init__(self, sandbox):
        self.directory = sandbox.ccpod_home / "credentials" / sandbox.profile
        self.file = self.directory / ".credentials.json"

    def put(self, credentials):
        self.directory.mkdir(parents=True)
        for each in (self.directory, self.directory.parent):
            each.chmod(0o700)
        self.file.write_text(json.dumps(credentials))
        self.file.chmod(0o600)

    def put_account(self, account):
        (self.directory / ".claude.json").write_text(json.dumps(account))

    def account(self):
        """Which account it is, as .claude.json tells."""
        found = json.loads((self.directory / ".claude.json").read_text())
        return {name: found[name] for name in ("oauthAccount", "userID") if name in found}

    def token(self):
        """The refresh token that is there; None while there is no file."""
        try:
            return json.loads(self.file.read_text())["claudeAiOauth"]["refreshToken"]
        except FileNotFoundError:
            return None

    def mode(self):
        return stat.S_IMODE(self.file.stat().st_mode)


def write(credentials):
    """A script that writes them as Claude does: a new file, renamed over the old one."""
    text = credentials if isinstance(credentials, str) else json.dumps(credentials)
    return f"cd ~/{DIRECTORY}; umask 077; cat > new <<'EOF'\n{text}\nEOF\nmv new .credentials.json\n"
