/* shipped.c - profiles by name. */
#include "check/check.h"
#include "check/profiles.h"
#include <stdlib.h>
#include <string.h>

const char *mere_profile_name(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (!mere_shipped_profiles[k].name)
            return NULL;
    return mere_shipped_profiles[i].name;
}

enum mere_status mere_profile_shipped(struct mere_ctx *ctx, const char *name,
                                      struct mere_profile **ret_profile)
{
    struct mere_text known = {0};
    for (size_t i = 0; mere_profile_name(i); i++) {
        const struct mere_shipped_profile *p = &mere_shipped_profiles[i];
        if (strcmp(p->name, name) == 0) {
            mere_text_clear(&known);
            return mere_profile_parse(ctx, (const char *)p->bytes, p->n, name, ret_profile);
        }
        mere_text_addf(&known, "%s%s", i ? ", " : "", p->name);
    }
    enum mere_status status =
        mere_fail(ctx, MERE_E_NOT_FOUND,
                  "there is no profile \"%s\"; shipped are: %s; or give the path "
                  "of a file",
                  name, mere_text_str(&known));
    mere_text_clear(&known);
    return status;
}
