/* Reading what is asked for of a JSON array: where jansson reads the whole, what is asked for has
 * the same values. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "docker/json_pick.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_pick inner[] = {
    {"x",  NULL},
    {NULL, NULL},
};

static const struct json_pick picks[] = {
    {"a",  NULL },
    {"in", inner},
    {NULL, NULL },
};

/* What should have come out of the whole, which keeps its references. */
static json_t *only(const json_t *whole, const struct json_pick *asked)
{
    json_t *object = json_object();
    for (; asked->key; asked++) {
        json_t *value = json_object_get(whole, asked->key);
        if (value && asked->members && json_is_object(value))
            json_object_set_new(object, asked->key, only(value, asked->members));
        else if (value)
            json_object_set(object, asked->key, value);
    }
    return object;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_error struct error ignored = {0};
    cleanup_json json_t *picked = json_pick((const char *)data, size, picks);
    cleanup_json json_t *whole = json_parse_foreign((const char *)data, size, "answer", &ignored);
    size_t i;
    json_t *each;

    if (!picked || !whole)
        return 0;
    assert(json_is_array(whole) && json_array_size(whole) == json_array_size(picked));
    json_array_foreach(whole, i, each)
    {
        cleanup_json json_t *expected = only(each, picks);
        assert(json_equal(expected, json_array_get(picked, i)));
    }
    return 0;
}
