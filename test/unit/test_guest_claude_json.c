/* Claude's first-run questions, answered; but not where the user has answered otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "guest/claude_json.h"

#define KEY  "sk-ant-api03-0123456789abcdefghij"
#define TAIL "0123456789abcdefghij"

static json_t *read(const char *text)
{
    cleanup_error struct error err = {0};
    if (!text)
        return NULL;
    json_t *json = json_parse(text, strlen(text), "test", &err);
    if (!json)
        fail_msg("%s", err.text);
    return json;
}

static void makes_claude_json(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *image, *handed_in, *workspace, *key, *expected;
    } rows[] = {
        {NULL, NULL, "/workspace", NULL,
         "{\"hasCompletedOnboarding\":true,\"projects\":{\"/workspace\":{\"hasTrustDialogAccepted\":true}}}"},
        {NULL, NULL, NULL, KEY,
         "{\"hasCompletedOnboarding\":true,\"customApiKeyResponses\":{\"approved\":[\"" TAIL "\"],\"rejected\":[]}}"},
        /* a short key is its own tail */
        {NULL, NULL, NULL, "k",
         "{\"hasCompletedOnboarding\":true,\"customApiKeyResponses\":{\"approved\":[\"k\"],\"rejected\":[]}}"},
        /* the user's answers stay */
        {NULL, "{\"hasCompletedOnboarding\":false,\"projects\":{\"/w\":{\"hasTrustDialogAccepted\":false}}}", "/w", NULL,
         "{\"hasCompletedOnboarding\":false,\"projects\":{\"/w\":{\"hasTrustDialogAccepted\":false}}}"},
        {NULL, "{\"customApiKeyResponses\":{\"approved\":[],\"rejected\":[\"" TAIL "\"]}}", NULL, KEY,
         "{\"customApiKeyResponses\":{\"approved\":[],\"rejected\":[\"" TAIL "\"]},\"hasCompletedOnboarding\":true}"},
        {NULL, "{\"customApiKeyResponses\":{\"approved\":[\"a\",\"" TAIL "\"]}}", NULL, KEY,
         "{\"customApiKeyResponses\":{\"approved\":[\"a\",\"" TAIL "\"]},\"hasCompletedOnboarding\":true}"},
        {NULL, "{\"customApiKeyResponses\":{\"approved\":[\"a\"]}}", NULL, KEY,
         "{\"customApiKeyResponses\":{\"approved\":[\"a\",\"" TAIL "\"],\"rejected\":[]},\"hasCompletedOnboarding\":true}"},
        /* what was handed in lies over the image's, project by project */
        {"{\"theme\":\"dark\",\"projects\":{\"/a\":{\"x\":1},\"/b\":{\"x\":1}}}",
         "{\"theme\":\"light\",\"userID\":\"u\",\"projects\":{\"/a\":{\"y\":2}}}", "/a", NULL,
         "{\"theme\":\"light\",\"projects\":{\"/a\":{\"y\":2,\"hasTrustDialogAccepted\":true},\"/b\":{\"x\":1}},"
         "\"userID\":\"u\",\"hasCompletedOnboarding\":true}"},
        /* an image's file of another shape */
        {"[1]", NULL, NULL, NULL, "{\"hasCompletedOnboarding\":true}"},
        {"{\"projects\":7,\"customApiKeyResponses\":\"x\"}", NULL, "/w", KEY,
         "{\"projects\":{\"/w\":{\"hasTrustDialogAccepted\":true}},"
         "\"customApiKeyResponses\":{\"approved\":[\"" TAIL "\"],\"rejected\":[]},\"hasCompletedOnboarding\":true}"},
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *image = read(rows[i].image), *handed_in = read(rows[i].handed_in);
        cleanup_json json_t *made =
            claude_json_make(image, handed_in, rows[i].workspace, rows[i].key);
        cleanup_free char *text = json_line(made);
        assert_string_equal(text, rows[i].expected);
    }
}

static void making_changes_neither(void **state)
{
    (void)state;
    cleanup_json json_t *image = read("{\"projects\":{\"/a\":{}}}");
    cleanup_json json_t *handed_in = read("{\"projects\":{\"/b\":{}}}");
    cleanup_json json_t *made = claude_json_make(image, handed_in, "/b", "key");
    cleanup_free char *first = json_line(image), *second = json_line(handed_in);
    assert_non_null(made);
    assert_string_equal(first, "{\"projects\":{\"/a\":{}}}");
    assert_string_equal(second, "{\"projects\":{\"/b\":{}}}");
}

static void accepts_bypass_mode_once(void **state)
{
    (void)state;
    cleanup_json json_t *settings = read("{\"model\":\"m\"}");
    assert_true(claude_settings_bypass(settings));
    assert_true(json_is_true_at(settings, "skipDangerousModePermissionPrompt"));
    assert_false(claude_settings_bypass(settings));

    cleanup_json json_t *no = read("{\"skipDangerousModePermissionPrompt\":false}");
    assert_false(claude_settings_bypass(no));
    assert_false(json_is_true_at(no, "skipDangerousModePermissionPrompt"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_claude_json),
        cmocka_unit_test(making_changes_neither),
        cmocka_unit_test(accepts_bypass_mode_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
