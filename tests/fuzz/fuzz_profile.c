/* fuzz_profile.c - profiles are bytes from outside: whatever they are, they are read or refused. */
#include "check/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mere_ctx ctx = {0};
    struct mere_profile *profile = NULL;
    if (mere_profile_parse(&ctx, (const char *)data, size, "fuzz", &profile) == MERE_OK) {
        struct mere_text t = {0};
        for (int r = 0; r < MERE_N_RULES; r++)
            mere_rule_explain((enum mere_rule)r, profile, MERE_LANG_EN, &t);
        mere_text_clear(&t);
    }
    mere_profile_free(profile);
    mere_ctx_clear(&ctx);
    return 0;
}
