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

/* A scheme of `role` that is not called `but`: the one named after its role, else the first. */
static const char *scheme_of_role(const struct mere_layer *schemes, size_t n, enum mere_role role,
                                  const char *but)
{
    const char *found = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *name = schemes[i].name;
        if (schemes[i].role != role || strcmp(name, but) == 0)
            continue;
        if (strcmp(name, mere_role_word(role)) == 0)
            return name;
        if (!found || strcmp(name, found) < 0)
            found = name;
    }
    return found;
}

const char *mere_parent_scheme(const struct mere_layer *schemes, size_t n,
                               const struct mere_layer *of)
{
    const char *found = NULL;
    for (size_t i = 0; i < n && of->parent_scheme; i++)
        if (strcmp(schemes[i].name, of->parent_scheme) == 0 &&
            strcmp(schemes[i].name, of->name) != 0)
            return schemes[i].name;
    if (of->role > MERE_ROLE_MICROGRID)
        return NULL;
    for (int role = (int)of->role - 1; role >= 0 && !found; role--)
        found = scheme_of_role(schemes, n, (enum mere_role)role, of->name);
    return found;
}

bool mere_layer_group_parts(struct mere_arena *arena, const struct mere_layer *layer,
                            struct mere_parts_by_zone *ret)
{
    uint32_t *first = MERE_NEW(arena, uint32_t, layer->n_zones + 2);
    uint32_t *parts = MERE_NEW(arena, uint32_t, layer->n_parts);
    if (!first || !parts)
        return false;
    /* Counted two places ahead, summed, then used as cursors: they end where `first` should be. */
    for (size_t p = 0; p < layer->n_parts; p++)
        first[layer->part_zone[p] + 2]++;
    for (size_t z = 2; z < layer->n_zones + 2; z++)
        first[z] += first[z - 1];
    for (size_t p = 0; p < layer->n_parts; p++)
        parts[first[layer->part_zone[p] + 1]++] = (uint32_t)p;
    *ret = (struct mere_parts_by_zone){layer, first, parts};
    return true;
}
