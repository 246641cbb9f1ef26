/* .credentials.json: what is valid is an object without a stub; merging with something known ends,
 * is valid again, and is stable: the same file a second time is no news. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/credentials.h"
#include "base/json.h"
#include "base/mem.h"

#define NOW 1000000000000LL

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_valid(const json_t *json)
{
    cleanup_error struct error err = {0};
    cleanup_free char *text = json_line(json);
    cleanup_json json_t *again = credentials_parse(text, strlen(text), NOW, "merged", &err);
    assert(again && json_equal(again, json));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char known_text[] = "{\"claudeAiOauth\":{\"refreshToken\":\"k\",\"expiresAt\":5},"
                                     "\"mcpOAuth\":{\"a\":{\"expiresAt\":5}},\"other\":1}";
    cleanup_error struct error err = {0};
    cleanup_json json_t *found = credentials_parse((const char *)data, size, NOW, "fuzz", &err);

    assert(!found == error_is_set(&err));
    if (!found)
        return 0;
    cleanup_json json_t *known =
        credentials_parse(known_text, sizeof known_text - 1, NOW, "known", &err);
    for (enum login_choice choice = LOGIN_LATER; choice <= LOGIN_KNOWN; choice++) {
        cleanup_json json_t *merged = credentials_merge(known, found, choice, NOW);
        cleanup_json json_t *again = credentials_merge(merged, found, choice, NOW);
        check_valid(merged);
        assert(credentials_have_login(merged));
        assert(json_equal(merged, again));
    }
    cleanup_json json_t *part = account_part(found);
    cleanup_json json_t *project = account_project(found, "/workspace");
    assert(json_is_object(part) && !json_object_get(part, "mcpServers"));
    assert(!project || json_is_object(project));
    if (project) {
        account_put_project(part, "/other", project);
        cleanup_json json_t *again = account_project(part, "/other");
        assert(json_equal(again, project));
    }
    (void)credentials_live(found, NOW);
    return 0;
}
