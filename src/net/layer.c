#include "net/layer.h"
#include <string.h>

static const struct {
    const char *word;
    bool covers;
} roles[] = {
    [MERE_ROLE_OUTLINE] = {"outline", true},     [MERE_ROLE_STREET] = {"street", true},
    [MERE_ROLE_COMMUNITY] = {"community", true}, [MERE_ROLE_GRID] = {"grid", true},
    [MERE_ROLE_MICROGRID] = {"microgrid", true}, [MERE_ROLE_BEAT] = {"beat", false},
    [MERE_ROLE_SCHOOL] = {"school", false},      [MERE_ROLE_KEY] = {"key", false},
    [MERE_ROLE_HOLE] = {"hole", false},          [MERE_ROLE_BLOCK] = {"block", false},
    [MERE_ROLE_OTHER] = {"other", false},
};

bool mere_role_parse(const char *word, enum mere_role *ret)
{
    for (size_t i = 0; i < MERE_LEN(roles); i++)
        if (strcmp(word, roles[i].word) == 0) {
            *ret = (enum mere_role)i;
            return true;
        }
    return false;
}

const char *mere_role_word(enum mere_role role)
{
    return roles[role].word;
}

bool mere_role_covers(enum mere_role role)
{
    return roles[role].covers;
}
