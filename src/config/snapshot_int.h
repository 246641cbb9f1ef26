/* snapshot_int.h - a snapshot while it is read: snapshot.c and snapshot_named.c. */
#ifndef CONFIG_SNAPSHOT_INT_H
#define CONFIG_SNAPSHOT_INT_H

#include <jansson.h>
#include <sys/stat.h>

#include "config/inside.h"
#include "config/snapshot.h"

struct reading {
    const struct project *project;
    const struct masks *masks;
    struct snapshot *snap;
    struct hash *hash;
    size_t files, bytes; /* what is left of the budget */
    size_t words;        /* likewise: that may be names of files */
    struct strv named;   /* files that settings name, already taken */
    struct strv within;  /* directories that are being walked, links resolved */
    struct error *err;
};

/* Adds a piece to the hash: a path, what it is (a letter), and its content. */
void snapshot_add(struct reading *, const char *path, char what, const void *bytes, size_t n);

/* Reads one file of the project, hashes it with its executable bit, masked or not. */
enum inside snapshot_file(struct reading *, const char *path, struct str *ret);

/* The error of a budget that is used up; false. */
bool snapshot_too_much(struct reading *, const char *what, int most);

/* Takes the files into the hash that the texts in this document name. */
bool snapshot_named(struct reading *, json_t *);

#endif
