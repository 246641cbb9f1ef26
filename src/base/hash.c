/* hash.c - see hash.h. OpenSSL's own SHA-256, and not its EVP interface: that would bring in all
 * of libcrypto, which takes longer to load than the rest of a command takes. */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/mem.h"

struct hash {
    SHA256_CTX ctx;
};

struct hash *hash_begin(void)
{
    struct hash *hash = mem_alloc(sizeof *hash);
    SHA256_Init(&hash->ctx);
    return hash;
}

void hash_add(struct hash *hash, const void *bytes, size_t n)
{
    SHA256_Update(&hash->ctx, bytes, n);
}

void hash_end(struct hash *hash, char hex[static HASH_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[HASH_HEX / 2];
    SHA256_Final(sum, &hash->ctx);
    for (size_t i = 0; i < sizeof sum; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[HASH_HEX] = 0;
    free(hash);
}

void hash_bytes(const void *bytes, size_t n, char hex[static HASH_HEX + 1])
{
    struct hash *hash = hash_begin();
    hash_add(hash, bytes, n);
    hash_end(hash, hex);
}
