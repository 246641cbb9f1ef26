/* gitconfig.c - see gitconfig.h. */
#include "guest/gitconfig.h"

void gitconfig_add(struct str *text, const char *section, const char *key, const char *value)
{
    if (!value)
        return;
    str_addf(text, "[%s]\n\t%s = \"", section, key);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            str_addf(text, "\\%c", *value);
        else if (*value == '\n')
            str_addz(text, "\\n");
        else
            str_addc(text, *value);
    }
    str_addz(text, "\"\n");
}
