/* profile.yml: whatever it holds, it is refused with a message or read into a struct that can be
 * written out, as YAML that reads back. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/profile.h"
#include "config/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char dir[] = "/nowhere";
    struct ccpod_home home = {.dir = dir, .shared = dir};
    struct profile profile;
    cleanup_error struct error err = {0};

    if (!profile_parse(&home, (const char *)data, size, "f", "/nowhere/p", &profile, &err)) {
        assert(err.text && *err.text && err.exit_code == EXIT_CODE_FAILED);
        return 0;
    }
    json_t *json = schema_write(profile_settings, &profile);
    char *text = show_yaml(json);
    struct node root;
    cleanup_diag struct diag diag;
    diag_init(&diag, "again");
    bool ok = yaml_parse(text, strlen(text), &root, &diag);
    assert(ok && !diag.n);
    node_release(&root);
    free(text);
    json_decref(json);
    profile_release(&profile);
    return 0;
}
