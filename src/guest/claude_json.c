/* claude_json.c - see claude_json.h. */
#include "guest/claude_json.h"

#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* How much of an API key Claude keeps to know it again. */
enum { KEY_TAIL = 20 };

static void answer(json_t *object, const char *key, json_t *value)
{
    if (json_object_get(object, key))
        json_decref(value);
    else
        json_object_set_new(object, key, value);
}

/* The object at `key`, made where there is none. */
static json_t *object_at(json_t *in, const char *key)
{
    json_t *object = json_object_get(in, key);
    if (!json_is_object(object)) {
        object = json_object();
        json_object_set_new(in, key, object);
    }
    return object;
}

static bool list_has(const json_t *list, const char *text)
{
    size_t i;
    const json_t *item;
    json_array_foreach((json_t *)(uintptr_t)list, i, item)
    {
        const char *value = json_string_value(item);
        if (value && strcmp(value, text) == 0)
            return true;
    }
    return false;
}

static void approve_key(json_t *claude, const char *key)
{
    size_t n = strlen(key);
    const char *tail = n > KEY_TAIL ? key + n - KEY_TAIL : key;
    json_t *answers = object_at(claude, "customApiKeyResponses");
    json_t *approved = json_object_get(answers, "approved");

    if (list_has(json_object_get(answers, "rejected"), tail) || list_has(approved, tail))
        return;
    if (!json_is_array(approved)) {
        approved = json_array();
        json_object_set_new(answers, "approved", approved);
    }
    json_array_append_new(approved, json_string(tail));
    answer(answers, "rejected", json_array());
}

static void lay_over(json_t *claude, const json_t *handed_in)
{
    const char *key, *project;
    json_t *value, *entry;

    json_object_foreach((json_t *)(uintptr_t)handed_in, key, value)
    {
        if (strcmp(key, "projects") != 0 || !json_is_object(value)) {
            json_object_set_new(claude, key, json_deep_copy(value));
            continue;
        }
        json_t *projects = object_at(claude, key);
        json_object_foreach(value, project, entry)
            json_object_set_new(projects, project, json_deep_copy(entry));
    }
}

json_t *claude_json_make(
    const json_t *image, const json_t *handed_in, const char *workspace, const char *key)
{
    json_t *claude = json_is_object(image) ? json_deep_copy(image) : json_object();

    lay_over(claude, handed_in);
    answer(claude, "hasCompletedOnboarding", json_true());
    if (workspace)
        answer(object_at(object_at(claude, "projects"), workspace), "hasTrustDialogAccepted",
            json_true());
    if (key)
        approve_key(claude, key);
    return claude;
}

bool claude_settings_bypass(json_t *settings)
{
    static const char key[] = "skipDangerousModePermissionPrompt";
    bool change = !json_object_get(settings, key);
    answer(settings, key, json_true());
    return change;
}
