/* mem.c - see mem.h. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *checked(void *p)
{
    if (!p) {
        static const char text[] = "ccpod: out of memory\n";
        if (write(STDERR_FILENO, text, sizeof text - 1) < 0) {
            /* There is nobody left to tell. */
        }
        abort();
    }
    return p;
}

void *mem_alloc(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *mem_zalloc(size_t size)
{
    return checked(calloc(1, size ? size : 1));
}

void *mem_resize(void *p, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        checked(NULL);
    size_t bytes = count * size;
    return checked(realloc(p, bytes ? bytes : 1));
}

char *mem_strdup(const char *s)
{
    return s ? checked(strdup(s)) : NULL;
}

char *mem_strndup(const char *s, size_t n)
{
    return checked(strndup(s, n));
}

char *mem_vprintf(const char *fmt, va_list ap)
{
    char *text = NULL;
    if (vasprintf(&text, fmt, ap) < 0)
        checked(NULL);
    return text;
}

char *mem_printf(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *text = mem_vprintf(fmt, ap);
    va_end(ap);
    return text;
}

void mem_wipe(void *p, size_t n)
{
    volatile unsigned char *byte = p;
    while (n--)
        *byte++ = 0;
}

void mem_cleanup_free(void *p)
{
    free(*(void **)p);
}

void mem_cleanup_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
