/* hash.c - see hash.h. OpenSSL does the work; that it fails can only be a broken installation. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct hash {
    EVP_MD_CTX *ctx;
};

struct hash *hash_begin(void)
{
    struct hash *hash = mem_alloc(sizeof *hash);
    hash->ctx = EVP_MD_CTX_new();
    if (!hash->ctx || EVP_DigestInit_ex(hash->ctx, EVP_sha256(), NULL) != 1)
        abort();
    return hash;
}

void hash_add(struct hash *hash, const void *bytes, size_t n)
{
    if (EVP_DigestUpdate(hash->ctx, bytes, n) != 1)
        abort();
}

void hash_end(struct hash *hash, char hex[static HASH_HEX + 1])
{
    unsigned char sum[HASH_HEX / 2];
    if (EVP_DigestFinal_ex(hash->ctx, sum, NULL) != 1)
        abort();
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    EVP_MD_CTX_free(hash->ctx);
    free(hash);
}

void hash_bytes(const void *bytes, size_t n, char hex[static HASH_HEX + 1])
{
    struct hash *hash = hash_begin();
    hash_add(hash, bytes, n);
    hash_end(hash, hex);
}
