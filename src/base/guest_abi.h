/* guest_abi.h - what supervisor and guest agree on: paths, files and variables inside the
 * container. Both come from the same build, so this may change freely between versions. */
#ifndef BASE_GUEST_ABI_H
#define BASE_GUEST_ABI_H

/* Mounts of the main container. */
#define GUEST_BIN_DIR     "/ccpod/bin" /* ro: the guest program */
#define GUEST_PROGRAM     "/ccpod/bin/ccpod-guest"
#define GUEST_CONFIG_DIR  "/ccpod/config"  /* ro: the merged config dir */
#define GUEST_IN_DIR      "/ccpod/run/in"  /* ro: what the supervisor hands in */
#define GUEST_OUT_DIR     "/ccpod/run/out" /* rw: what the guest hands out */
#define GUEST_STATE_DIR   "/ccpod/state"   /* rw: state dir, or a tmpfs */
#define GUEST_PLUGINS_DIR "/ccpod/plugins" /* rw: plugin volume */
#define GUEST_SSH_DIR     "/ccpod/ssh"     /* ro, if at all: becomes ~/.ssh of Claude's user */
#define GUEST_SSH_AGENT   "/run/host-services/ssh-auth.sock" /* if at all: the agent's socket */

/* How it is started: as root of the container, whatever the image's user, without a new
 * privilege (no-new-privileges is fine), with these capabilities and no others:
 *
 *     GUEST_PROGRAM init -- claude ARGS...   the entrypoint; without a command: a shell
 *     GUEST_PROGRAM exec [--root] -- CMD ARGS...   in a running container; likewise
 *     GUEST_PROGRAM pause                    the namespace holder
 *
 * CHOWN: Claude's home and volumes become its user's. DAC_OVERRIDE: directories of that user and
 * of the host's. FOWNER: the agent's socket. SETUID, SETGID: to become that user. SETPCAP: to take
 * every capability from what it starts. KILL: to pass signals on. */
#define GUEST_CAPABILITIES "CHOWN", "DAC_OVERRIDE", "FOWNER", "SETUID", "SETGID", "SETPCAP", "KILL"

/* Files in GUEST_IN_DIR. */
#define GUEST_IN_SECRETS     "secrets"          /* NAME=VALUE, each ended by a NUL byte */
#define GUEST_IN_GIT         "git"              /* GUEST_GIT_...=VALUE, likewise; may be missing */
#define GUEST_IN_CREDENTIALS "credentials.json" /* becomes .credentials.json; may be renewed */
#define GUEST_IN_CLAUDE_JSON "claude.json"      /* what .claude.json begins with */

/* In GUEST_IN_GIT: the host user's user.name and user.email, where git knows them. */
#define GUEST_GIT_NAME  "NAME"
#define GUEST_GIT_EMAIL "EMAIL"

/* Files in GUEST_OUT_DIR. */
#define GUEST_OUT_CREDENTIALS  "credentials.json" /* newest valid .credentials.json, 0600 */
#define GUEST_OUT_LOGINS       "logins.json"      /* the login_line of a newer login, 0600 */
#define GUEST_OUT_CLAUDE_JSON  "claude.json"      /* .claude.json at the end, 0600 */
#define GUEST_OUT_SECRETS_READ "secrets-read"     /* exists: the secrets file may go */
#define GUEST_OUT_CLEAN        "clean"            /* exists: credentials above are the last ones */

/* Where things lie in the container, for salvage from a stopped one: one line each,
 * "credentials PATH" and "claude-json PATH", absolute. Written before anything of Claude's runs. */
#define GUEST_OUT_WHERE "where"

/* Variables in the create request. They are facts, never secrets. Each is set, if need be to the
 * empty text, so that what an image's own ENV says does not count. */
#define GUEST_ENV_UID        "PUID"             /* run Claude as this user id ... */
#define GUEST_ENV_GID        "PGID"             /* ... and group id; 0: root without rights */
#define GUEST_ENV_IMAGE_USER "CCPOD_IMAGE_USER" /* the image's configured user, or empty */
#define GUEST_ENV_WORKSPACE  "CCPOD_WORKSPACE"  /* absolute path of the project inside */
#define GUEST_ENV_STATE      "CCPOD_STATE"      /* "ephemeral" or "persistent" */
#define GUEST_ENV_POLICY     "CCPOD_NETWORK_POLICY"
#define GUEST_ENV_ALLOWED    "CCPOD_ALLOWED_HOSTS"
#define GUEST_ENV_PLUGINS    "CCPOD_PLUGINS_TO_INSTALL"
#define GUEST_ENV_BYPASS     "CCPOD_BYPASS"     /* "1": profile or command line asked for it */
#define GUEST_ENV_YOLO       "CLAUDE_YOLO"      /* "1": claude --dangerously-skip-permissions */
#define GUEST_ENV_SHELL_MODE "CCPOD_SHELL_MODE" /* "1": what runs is a shell for the user */
#define GUEST_ENV_HARDENING  "CCPOD_HARDENING"  /* "relaxed": setuid programs keep working */

/* Both requests: "ROWSxCOLUMNS" of the terminal, or empty. The engine sets a size only once the
 * container runs, which is late for a program that asks at once. */
#define GUEST_ENV_TTY_SIZE "CCPOD_TTY_SIZE"

/* In an exec request: by this variable the supervisor finds the command again, to signal it. */
#define GUEST_ENV_EXEC "CCPOD_EXEC"

/* Exit code of the guest where it could not set the container up: as ccpod's own failures. The
 * reason stands on the container's stderr, prefixed "ccpod: ". */
#define GUEST_EXIT_FAILED 125

#endif
