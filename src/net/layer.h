/* layer.h - a scheme as polygons: what files and the store hold, and the network is built from.
 *
 *   layer ── zones[]  (code, name, attributes)
 *     └──── parts[]   part_zone[p]: the zone that part p belongs to
 *             └────── rings[]  part_ring[p] .. part_ring[p + 1]; the first is the shell
 *                       └───── pts[ring_first[r] .. ring_first[r + 1])   not closed in the array
 *
 * Everything lives in the arena of whoever made the layer. */
#ifndef MERE_NET_LAYER_H
#define MERE_NET_LAYER_H
#include "base/base.h"
#include "geo/point.h"

/* What a scheme is for. Its rank is the order here: a border of a higher rank (earlier) stays when
 * two are matched. The first five cover the district by default. */
enum mere_role {
    MERE_ROLE_OUTLINE,   /* the district's own outline */
    MERE_ROLE_STREET,    /* 街道 */
    MERE_ROLE_COMMUNITY, /* 社区 */
    MERE_ROLE_GRID,      /* 网格 */
    MERE_ROLE_MICROGRID, /* 微网格 */
    MERE_ROLE_BEAT,      /* police beats */
    MERE_ROLE_SCHOOL,    /* school areas */
    MERE_ROLE_KEY,       /* key areas 重点区域 */
    MERE_ROLE_HOLE,      /* land that no zone must cover: water, another district */
    MERE_ROLE_BLOCK,     /* city blocks */
    MERE_ROLE_OTHER
};
bool mere_role_parse(const char *word, enum mere_role *ret);
const char *mere_role_word(enum mere_role role);
bool mere_role_covers(enum mere_role role); /* by default */

enum mere_attr_type { MERE_ATTR_TEXT, MERE_ATTR_INT, MERE_ATTR_REAL };
/* A free column of a layer. */
struct mere_column {
    const char *name;
    enum mere_attr_type type;
};

#define MERE_UNKNOWN (-1) /* of households, persons, a parent scheme, a zone */

struct mere_zone {
    const char *code;   /* never NULL; a text, whatever it looks like */
    const char *name;   /* "" when none */
    const char *parent; /* code of the parent zone, or NULL */
    const char *kind;   /* "basic", "dedicated" 专属网格, or free; NULL when none */
    int64_t households; /* MERE_UNKNOWN when not told */
    int64_t persons;    /* MERE_UNKNOWN when not told */
    int64_t fid;        /* the store's feature id, 0 before it is stored */
    const char **attrs; /* one canonical text per column of the layer, NULL where null */
};

struct mere_layer {
    const char *name; /* of the scheme */
    enum mere_role role;
    bool covering;
    const char *parent_scheme; /* as named by the user; NULL: the nearest loaded one above */
    size_t n_columns;
    const struct mere_column *columns;
    size_t n_zones;
    struct mere_zone *zones;
    size_t n_parts;
    uint32_t *part_zone; /* n_parts */
    uint32_t *part_ring; /* n_parts + 1 */
    size_t n_rings;
    uint32_t *ring_first; /* n_rings + 1 */
    struct mere_point *pts;
};

/* The parts of each zone: those of zone z are parts[first[z] .. first[z + 1]), in the layer's
 * order.
 */
struct mere_parts_by_zone {
    const struct mere_layer *layer;
    uint32_t *first, *parts;
};
/* Group the parts of `layer`, in `arena`. False when there is no memory. */
MERE_MUST_USE bool mere_layer_group_parts(struct mere_arena *arena, const struct mere_layer *layer,
                                          struct mere_parts_by_zone *ret);

/* The name of the parent scheme of `of` among the `n` schemes of a store: the named one where it is
 * there, else the nearest above in outline, street, community, grid, microgrid; NULL when there is
 * none. What is loaded later counts too. */
const char *mere_parent_scheme(const struct mere_layer *schemes, size_t n,
                               const struct mere_layer *of);
#endif
