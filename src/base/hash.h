/* hash.h - SHA-256: names of projects, of merged config dirs, of configurations. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

enum { HASH_HEX = 64, HASH_SHORT = 16 };

struct hash; /* one that is being fed */

struct hash *hash_begin(void);
void hash_add(struct hash *, const void *bytes, size_t n);
void hash_end(struct hash *, char hex[static HASH_HEX + 1]); /* lower case; frees */

void hash_bytes(const void *bytes, size_t n, char hex[static HASH_HEX + 1]);

#endif
