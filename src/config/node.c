/* node.c - see node.h. */
#include "config/node.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void node_release(struct node *node)
{
    for (size_t i = 0; i < node->n; i++)
        node_release(&node->items[i]);
    free(node->items);
    free(node->key);
    free(node->text);
    *node = (struct node){0};
}

const struct node *node_get(const struct node *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++)
        if (map->items[i].key && strcmp(map->items[i].key, key) == 0)
            return &map->items[i];
    return NULL;
}

const char *node_kind_name(enum node_kind kind)
{
    static const char *const names[] = {[NODE_NULL] = "nothing",
        [NODE_BOOL] = "true or false",
        [NODE_NUMBER] = "a number",
        [NODE_TEXT] = "text",
        [NODE_LIST] = "a list",
        [NODE_MAP] = "a map"};
    return names[kind];
}

struct node *node_add(struct node *parent)
{
    /* Grows by doubling: the array is full whenever n is a power of two. */
    if ((parent->n & (parent->n - 1)) == 0)
        parent->items =
            mem_resize(parent->items, parent->n ? parent->n * 2 : 1, sizeof *parent->items);
    parent->items[parent->n] = (struct node){0};
    return &parent->items[parent->n++];
}

static bool is_number(const char *s)
{
    s += *s == '-' || *s == '+';
    if (s[0] == '0' && s[1] == 'x' && s[2])
        return s[2 + strspn(s + 2, "0123456789abcdefABCDEF")] == '\0';
    if (s[0] == '0' && s[1] == 'o' && s[2])
        return s[2 + strspn(s + 2, "01234567")] == '\0';
    if (strcmp(s, ".inf") == 0 || strcmp(s, ".nan") == 0)
        return true;
    size_t whole = strspn(s, "0123456789"), part = 0;
    s += whole;
    if (*s == '.') {
        part = strspn(++s, "0123456789");
        s += part;
    }
    if (!whole && !part)
        return false;
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '-' || *s == '+';
        if (!*s)
            return false;
        s += strspn(s, "0123456789");
    }
    return !*s;
}

enum node_kind node_kind_of(const char *text)
{
    static const struct {
        const char *text;
        enum node_kind kind;
    } words[] = {
        {"",      NODE_NULL},
        {"~",     NODE_NULL},
        {"null",  NODE_NULL},
        {"Null",  NODE_NULL},
        {"NULL",  NODE_NULL},
        {"true",  NODE_BOOL},
        {"True",  NODE_BOOL},
        {"TRUE",  NODE_BOOL},
        {"false", NODE_BOOL},
        {"False", NODE_BOOL},
        {"FALSE", NODE_BOOL},
    };
    for (size_t i = 0; i < array_size(words); i++)
        if (strcmp(text, words[i].text) == 0)
            return words[i].kind;
    return is_number(text) ? NODE_NUMBER : NODE_TEXT;
}
