/* json.h - jansson with ccpod's errors, and the few look-ups that every part needs.
 *
 * Objects are json_t of jansson; `cleanup_json` drops the reference at the end of the scope. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

void json_cleanup(json_t **);
#define cleanup_json __attribute__((cleanup(json_cleanup)))

/* Parses one document; duplicate keys are refused. The error reads "NAME:LINE:COLUMN: why". */
json_t *json_parse(const char *text, size_t n, const char *name, struct error *);

/* The same for what an engine says, which passes on what anybody may have written into a label: a
 * NUL there (\u0000) would end our strings early, or keep all of it from being read. It is read as
 * U+FFFD, which no name of ours has. */
json_t *json_parse_foreign(const char *text, size_t n, const char *name, struct error *);

/* Reads and parses a file of at most LIMIT_JSON_FILE bytes. */
json_t *json_read_file(const char *path, struct error *);

/* Looks along a path of object keys ("State.Health.Status"); NULL where a step is missing. */
json_t *json_at(const json_t *, const char *path);
const char *json_text_at(const json_t *, const char *path); /* NULL: no string there */
long long json_int_at(const json_t *, const char *path, long long missing);
bool json_is_true_at(const json_t *, const char *path);

/* JSON holds UTF-8 alone, and jansson leaves other text out without a word: refuses it. `what` it
 * is stands in the error, before the text. */
bool json_check_text(const char *text, const char *what, struct error *);
bool json_check_texts(const struct strv *, const char *what, struct error *);

/* One line without spaces; the caller frees. */
char *json_line(const json_t *);

#endif
