/* yaml.c - see yaml.h.
 *
 * libfyaml is used as a stream of events: it never builds a document, so depth, duplicates and
 * aliases are ours to bound. An anchored node is kept as a copy, an alias is a further copy, and
 * every copy is paid from the file's budget of nodes and text: what explodes runs out of it. */
#include "config/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "config/yaml_int.h"

static struct place place_of(struct fy_event *event, struct place otherwise)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (!mark || mark->line < 0)
        return otherwise;
    /* An alias is marked behind its "*", a quoted text behind its quote. */
    struct fy_token *token = event->type == FYET_SCALAR ? fy_event_get_token(event) : NULL;
    enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
    bool behind =
        event->type == FYET_ALIAS || style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    int back = behind && mark->column > 0;
    return (struct place){mark->line + 1, mark->column + 1 - back};
}

/* The text of a plain or block scalar, an anchor or a tag; to be freed. Taken byte by byte, because
 * in 0.7.12 fy_token_get_text() leaks memory for text of many pieces, and reading these pieces
 * garbles it. Bytes from 0x80 may come as negative numbers; the -1 of the end is none of UTF-8's.
 */
static char *token_text(struct fy_token *token, size_t *ret_n)
{
    struct str text = STR(LIMIT_CONFIG_FILE);
    struct fy_token_iter *at = token ? fy_token_iter_create(token) : NULL;
    int c;
    while (at && (c = fy_token_iter_getc(at)) != -1)
        str_addc(&text, (char)c);
    if (at)
        fy_token_iter_destroy(at);
    *ret_n = text.len;
    return str_take(&text);
}

static bool scalar_text(struct build *b, struct fy_token *token, struct node *ret, size_t *ret_n)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
    char quote = style == FYSS_SINGLE_QUOTED ? '\'' : style == FYSS_DOUBLE_QUOTED ? '"' : '\0';

    if (!quote) {
        ret->text = token_text(token, ret_n);
        return true;
    }
    struct str text = STR(LIMIT_CONFIG_FILE);
    const char *s = b->input + (mark ? mark->input_pos : 0);
    bool ok = mark && mark->input_pos && s < b->end && s[-1] == quote &&
              quoted_text(s, b->end, quote, &text);
    *ret_n = text.len;
    ret->text = str_take(&text);
    return ok || diag_add(b->diag, ret->at, NULL, "a text in quotes with an escape that is none");
}

static bool read_tag(struct build *b, struct fy_event *event, struct place at, bool *ret_text)
{
    static const char *const core[] = {"str", "int", "float", "bool", "null", "seq", "map"};
    struct fy_token *token = fy_event_get_tag_token(event);
    size_t n;

    if (!token)
        return true;
    cleanup_free char *name = token_text(token, &n);
    static const char prefix[] = "tag:yaml.org,2002:";
    for (size_t i = 0; text_starts(name, prefix) && i < array_size(core); i++)
        if (strcmp(name + sizeof prefix - 1, core[i]) == 0) {
            *ret_text = strcmp(core[i], "str") == 0;
            return true;
        }
    return diag_add(b->diag, at, NULL, "the tag %s is not supported: leave it out", name);
}

static bool read_scalar(struct build *b, struct fy_event *event, struct node *ret)
{
    struct fy_token *token = fy_event_get_token(event);
    size_t n;
    bool tagged_text = false;

    if (!read_tag(b, event, ret->at, &tagged_text))
        return false;
    if (!scalar_text(b, token, ret, &n) || !build_afford(b, ret->at, 1, n))
        return false;
    if (memchr(ret->text, '\0', n))
        return diag_add(b->diag, ret->at, NULL, "a NUL byte in a text, which nothing here takes");
    bool plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
    ret->kind = plain && !tagged_text ? node_kind_of(ret->text) : NODE_TEXT;
    return true;
}

static bool read_alias(struct build *b, struct fy_event *event, struct node *ret)
{
    size_t n;
    cleanup_free char *name = token_text(fy_event_get_token(event), &n);
    const struct anchor *anchor = build_find_anchor(b, name);
    if (!anchor)
        return diag_add(b->diag, ret->at, NULL,
            "the alias *%s stands for nothing: no complete value before it is marked &%s", name,
            name);
    struct node copy = {0};
    bool ok = build_copy(b, ret->at, &anchor->node, &copy);
    copy.key = ret->key; /* the entry keeps what its own key said */
    copy.key_at = ret->key_at;
    copy.merges = ret->merges;
    *ret = copy;
    return ok;
}

static bool read_node(struct build *, struct fy_event *, int depth, struct node *ret);

static bool read_list(struct build *b, int depth, struct node *list)
{
    struct fy_event *event;
    while ((event = fy_parser_parse(b->parser))) {
        if (event->type == FYET_SEQUENCE_END) {
            fy_parser_event_free(b->parser, event);
            return true;
        }
        struct node *item = node_add(list);
        item->at = place_of(event, list->at);
        if (list->n > LIMIT_YAML_ITEMS) {
            fy_parser_event_free(b->parser, event);
            return diag_add(
                b->diag, item->at, NULL, "more than %d items in one list", LIMIT_YAML_ITEMS);
        }
        if (!read_node(b, event, depth, item))
            return false;
    }
    return false;
}

static bool read_key(struct build *b, struct fy_event *event, struct node *map, struct node *entry)
{
    cleanup_node struct node key = {.at = place_of(event, map->at)};
    struct fy_token *token = event->type == FYET_SCALAR ? fy_event_get_token(event) : NULL;
    bool plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
    bool ok = event->type == FYET_SCALAR;
    ok = ok ? read_scalar(b, event, &key)
            : diag_add(b->diag, key.at, NULL, "a key must be plain text");
    fy_parser_event_free(b->parser, event);
    if (ok && map->n > LIMIT_YAML_KEYS)
        ok = diag_add(b->diag, key.at, NULL, "more than %d keys in one map", LIMIT_YAML_KEYS);
    entry->merges = ok && plain && strcmp(key.text, "<<") == 0;
    entry->key = take(key.text);
    entry->key_at = entry->at = key.at;
    return ok;
}

static bool read_map(struct build *b, int depth, struct node *map)
{
    struct fy_event *event;
    while ((event = fy_parser_parse(b->parser))) {
        if (event->type == FYET_MAPPING_END) {
            fy_parser_event_free(b->parser, event);
            build_find_duplicates(b, map);
            return build_merge_keys(b, map);
        }
        struct node *entry = node_add(map);
        if (!read_key(b, event, map, entry))
            return false;
        event = fy_parser_parse(b->parser);
        if (!event)
            return false;
        entry->at = place_of(event, entry->key_at);
        if (!read_node(b, event, depth, entry))
            return false;
    }
    return false;
}

/* Reads the value that begins with `event` (freed here) into *ret, whose key and place are set. */
static bool read_node(struct build *b, struct fy_event *event, int depth, struct node *ret)
{
    cleanup_free char *anchor = NULL;
    struct fy_token *token = fy_event_get_anchor_token(event);
    enum fy_event_type type = event->type;
    bool tagged_text, ok = true;
    size_t n;

    if (token)
        anchor = token_text(token, &n);
    if (type == FYET_SCALAR)
        ok = read_scalar(b, event, ret);
    else if (type == FYET_ALIAS)
        ok = read_alias(b, event, ret);
    else
        ok = read_tag(b, event, ret->at, &tagged_text) && build_afford(b, ret->at, 1, 0);
    fy_parser_event_free(b->parser, event);
    if (!ok)
        return false;
    if (type == FYET_SEQUENCE_START || type == FYET_MAPPING_START) {
        if (depth == LIMIT_YAML_DEPTH)
            return diag_add(
                b->diag, ret->at, NULL, "nested deeper than %d levels", LIMIT_YAML_DEPTH);
        ret->kind = type == FYET_MAPPING_START ? NODE_MAP : NODE_LIST;
        ok = ret->kind == NODE_MAP ? read_map(b, depth + 1, ret) : read_list(b, depth + 1, ret);
    }
    return ok && (!anchor || build_keep_anchor(b, anchor, ret));
}

/* One document, or none. */
static bool read_stream(struct build *b, struct node *root)
{
    struct fy_event *event;
    unsigned documents = 0;

    while ((event = fy_parser_parse(b->parser))) {
        enum fy_event_type type = event->type;
        struct place at = place_of(event, (struct place){1, 1});
        if (type == FYET_STREAM_START || type == FYET_DOCUMENT_START || type == FYET_DOCUMENT_END ||
            type == FYET_STREAM_END) {
            fy_parser_event_free(b->parser, event);
            if (type == FYET_DOCUMENT_START && documents++)
                return diag_add(b->diag, at, NULL, "a second document; there is one to a file");
            if (type == FYET_STREAM_END)
                break;
            continue;
        }
        root->at = at;
        if (!read_node(b, event, 0, root))
            return false;
    }
    if (root->kind == NODE_NULL) {
        node_release(root);
        root->kind = NODE_MAP;
        root->at = (struct place){1, 1};
    }
    return root->kind == NODE_MAP ||
           diag_add(b->diag, root->at, NULL, "the file is %s, and must be a map of settings",
               node_kind_name(root->kind));
}

/* The bytes of the character at s, 0 where there is none in UTF-8. */
static size_t character_length(const char *s, size_t n)
{
    for (size_t len = 1; len <= 4 && len <= n; len++)
        if (text_is_utf8(s, len))
            return len;
    return 0;
}

/* What no parser needs to see: bytes that are not UTF-8, NUL bytes. */
static bool check_bytes(const char *text, size_t n, struct diag *diag)
{
    struct place at = {1, 1};
    if (text_is_utf8(text, n) && !memchr(text, '\0', n))
        return true;
    for (size_t i = 0; i < n;) {
        size_t len = character_length(text + i, n - i);
        if (!len || !text[i])
            return diag_add(diag, at, NULL, "%s, and the file must be text in UTF-8",
                len ? "a NUL byte" : "bytes that are not UTF-8");
        at.column = text[i] == '\n' ? 1 : at.column + 1;
        at.line += text[i] == '\n';
        i += len;
    }
    return true;
}

/* The library looks ahead over all that is open, in a time that grows with its square. Brackets are
 * counted as they stand, also in quotes and comments: what has that many open is no settings. */
static bool check_brackets(const char *text, size_t n, struct diag *diag)
{
    struct place at = {1, 1};
    int open = 0;
    for (size_t i = 0; i < n; i++) {
        open += text[i] == '[' || text[i] == '{';
        open -= (text[i] == ']' || text[i] == '}') && open;
        if (open > LIMIT_YAML_BRACKETS)
            return diag_add(diag, at, NULL, "nested deeper than %d levels", LIMIT_YAML_DEPTH);
        at.column = text[i] == '\n' ? 1 : at.column + 1;
        at.line += text[i] == '\n';
    }
    return true;
}

static void take_errors(struct fy_diag *from, struct diag *to)
{
    void *at = NULL;
    const struct fy_diag_error *e;
    while ((e = fy_diag_errors_iterate(from, &at)))
        if (e->type == FYET_ERROR)
            diag_add(to, (struct place){e->line > 0 ? e->line : 1, e->column > 0 ? e->column : 1},
                NULL, "%s", e->msg ? e->msg : "not YAML");
}

static bool parse_with(
    struct fy_diag *fy, const char *text, size_t n, struct node *root, struct diag *diag)
{
    const struct fy_parse_cfg cfg = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2, .diag = fy};
    struct build b = {.parser = fy_parser_create(&cfg),
        .input = text,
        .end = text + n,
        .diag = diag,
        .nodes = LIMIT_YAML_NODES,
        .text = LIMIT_YAML_TEXT};

    if (!b.parser || fy_parser_set_string(b.parser, text, n) != 0)
        return diag_add(diag, (struct place){0}, NULL, "the YAML parser does not start");
    size_t before = diag->n;
    bool ok = read_stream(&b, root);
    if (fy_parser_get_stream_error(b.parser)) {
        ok = false;
        take_errors(fy, diag);
    }
    if (!ok && diag->n == before)
        diag_add(diag, (struct place){1, 1}, NULL, "not YAML");
    build_release_anchors(&b);
    fy_parser_destroy(b.parser);
    return ok;
}

bool yaml_parse(const char *text, size_t n, struct node *ret_root, struct diag *diag)
{
    static const char mark[] = "\xef\xbb\xbf"; /* byte order mark */
    struct fy_diag_cfg cfg;

    *ret_root = (struct node){0};
    if (n >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        n -= 3;
    }
    if (!check_bytes(text, n, diag) || !check_brackets(text, n, diag))
        return false;
    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.level = FYET_ERROR;
    struct fy_diag *fy = fy_diag_create(&cfg);
    if (!fy)
        return diag_add(diag, (struct place){0}, NULL, "the YAML parser does not start");
    fy_diag_set_collect_errors(fy, true);
    bool ok = parse_with(fy, text, n, ret_root, diag);
    fy_diag_destroy(fy);
    if (!ok)
        node_release(ret_root);
    return ok;
}
