/* mem.h - allocation that cannot fail, and ownership that ends with the scope.
 *
 * Running out of memory ends the program at once (abort, so that a terminal is restored on the
 * way): there is nothing a supervisor of a few megabytes could do better. All sizes that come
 * from outside are bounded before they get here (base/limits.h).
 *
 *     cleanup_free char *path = mem_printf("%s/run", home);
 *     return take(path);              // hands it to the caller instead
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

void *mem_alloc(size_t size);                         /* uninitialised */
void *mem_zalloc(size_t size);                        /* zeroed */
void *mem_resize(void *p, size_t count, size_t size); /* checks count * size */
char *mem_strdup(const char *s);                      /* NULL stays NULL */
char *mem_strndup(const char *s, size_t n);           /* at most n bytes, terminated */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Overwrites a secret; not optimised away. */
void mem_wipe(void *p, size_t n);

void mem_cleanup_free(void *p);
void mem_cleanup_close(int *fd);

#define cleanup_free  __attribute__((cleanup(mem_cleanup_free)))
#define cleanup_close __attribute__((cleanup(mem_cleanup_close)))

/* The value of a pointer variable, which is NULL afterwards: ownership leaves the scope. */
#define take(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) take_value_ = (p);                                                           \
        (p) = NULL;                                                                                \
        take_value_;                                                                               \
    })

#define array_size(a) (sizeof(a) / sizeof *(a))

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
