/* limits.h - every maximum in one list, each with its reason, so that they can be judged
 * together. Sizes are bytes unless the name says otherwise. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    KIB = 1024,
    MIB = 1024 * 1024,

    LIMIT_PATH = 4096,        /* PATH_MAX of the systems we run on */
    LIMIT_MESSAGE = 64 * KIB, /* one message to the user, hints included */
    LIMIT_FOREIGN_TEXT = 512, /* what others wrote, in one message (cli.md) */

    LIMIT_CONFIG_FILE = 1 * MIB,  /* profile.yml, .ccpod.yml (config.md) */
    LIMIT_YAML_DEPTH = 32,        /* levels; the schemas need six */
    LIMIT_YAML_BRACKETS = 500,    /* open at once, whatever they stand in: bounds the parser */
    LIMIT_YAML_NODES = 50000,     /* values in one file, aliases expanded: 4 MB as nodes */
    LIMIT_YAML_KEYS = 1000,       /* keys of one map, anchors of one file: look-ups are linear */
    LIMIT_YAML_ITEMS = 2000,      /* of one list, words of one command: unions are quadratic */
    LIMIT_YAML_TEXT = 2 * MIB,    /* text in one file, aliases expanded */
    LIMIT_FINDINGS = 200,         /* errors listed for one file; the rest are counted */
    LIMIT_PORTS = 256,            /* of one list; each is a rule in the engine's tables */
    LIMIT_MCP_PORTS = 32,         /* published because .mcp.json names them (config.md) */
    LIMIT_SERVICES = 64,          /* of one file; each is a container */
    LIMIT_TRUST_FILES = 5000,     /* of a project that are hashed before it is trusted */
    LIMIT_TRUST_BYTES = 64 * MIB, /* in these together */
    LIMIT_TRUST_WORDS = 40000,    /* of its settings that may be the name of such a file */
    LIMIT_WANTS = 200,            /* lines about what a project wants; a screen or two is read */
    LIMIT_TREE_FILES = 50000,     /* of a profile's config tree */
    LIMIT_TREE_BYTES = 512 * MIB, /* in these together */
    LIMIT_CLAUDE_MD = 1 * MIB,    /* CLAUDE.md, of a profile or of a project */
    LIMIT_IMPORTS = 256 * KIB,    /* what a project's CLAUDE.md imports (config.md) */
    LIMIT_JSON_FILE = 1 * MIB,    /* settings.json, .mcp.json, docker's config.json */
    LIMIT_CREDENTIALS = 1 * MIB,  /* .credentials.json, .claude.json that come home (run.md) */
    LIMIT_CREDENTIALS_KEPT = LIMIT_CREDENTIALS - 64 * KIB, /* of these: a renewed login may grow */
    LIMIT_PROJECT = 512 * KIB,    /* its entry in .claude.json: the rest has to fit beside it */
    LIMIT_SECRETS = 1 * MIB,      /* the secrets file: keys and forwarded variables */
    LIMIT_PROMPT_ARG = 128 * KIB, /* the kernel's bound on one argument (MAX_ARG_STRLEN) */

    LIMIT_TIMING_SPANS = 4096, /* of one start (--timing): 50 services make some 500 */

    LIMIT_HTTP_HEAD = 64 * KIB,   /* header of an answer (engine.md) */
    LIMIT_HTTP_ANSWER = 16 * MIB, /* body of an answer that is kept: lists of containers */
    LIMIT_HTTP_ERROR = 1 * MIB,   /* body of an error answer */
    LIMIT_JSON_OBJECT = 1 * MIB,  /* one object of a JSON stream */
    LIMIT_ARCHIVE = 4 * MIB,      /* a tar with a credentials file in it */

    LIMIT_WRITE_QUEUE = 256 * KIB, /* bytes towards the engine before we stop reading stdin */
    LIMIT_READ_CHUNK = 64 * KIB,   /* one read from a stream */
    LIMIT_CHILD_OUTPUT = 64 * KIB, /* kept of what a child process says */
};

#endif
