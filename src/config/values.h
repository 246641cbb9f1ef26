/* values.h - single values as people write them: sizes, durations, CPUs, references, patterns.
 * Pure; the checks are the ones that tables of settings name. */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdbool.h>

#include "base/str.h"

/* "512m", "2g", "1.5g", "64k", "1048576"; bytes. Units are powers of 1024, as Docker's. */
bool value_size(const char *text, long long *ret);

/* "10s", "1m30s", "500ms", "2h"; a bare number is seconds. Nanoseconds. */
bool value_duration(const char *text, long long *ret);

/* "1.5", at most nine decimals; billionths. */
bool value_cpus(const char *text, long long *ret);

/* Back to what would be written; the caller frees. */
char *value_size_text(long long bytes);
char *value_duration_text(long long nanoseconds);
char *value_cpus_text(long long billionths);

/* Splits a command line as a shell would, without expanding anything; false on an open quote. Stops
 * at the first word beyond LIMIT_YAML_ITEMS. */
bool value_words(const char *text, struct strv *ret);

bool value_is_profile_name(const char *);   /* ^[a-zA-Z0-9_-]{1,64}$ */
bool value_is_image(const char *);          /* an image reference */
bool value_is_git_url(const char *);        /* config.repo */
bool value_is_git_ref(const char *);        /* config.ref */
bool value_is_variable(const char *);       /* ^[A-Za-z_][A-Za-z0-9_]*$ */
bool value_is_one_line(const char *);       /* not empty, no control characters */
bool value_is_text(const char *);           /* not empty */
bool value_is_container_path(const char *); /* absolute, no "..", not "/" and none of ours */
bool value_is_directory(const char *);      /* absolute, no ".." */
bool value_is_workspace(const char *);      /* the same, or "same" */
bool value_is_mask(const char *);           /* a path inside the project */
bool value_is_network_entry(const char *);  /* host name, *.suffix, IP, CIDR, or preset */
bool value_is_user(const char *);           /* "1000", "1000:1000", "postgres" */
bool value_is_plugin(const char *);         /* name, or name@marketplace */

#endif
