/* huffman.c - prefix codes: two queues over sorted counts, then the limit.
 *
 * With the counts sorted, the least two nodes are always at the head of the queue of symbols or of
 * the queue of inner nodes, which come out in order by themselves (van Leeuwen 1976). */
#include "tile/huffman.h"

struct leaf {
    uint32_t count, symbol;
};

/* The symbols that occur, rarest first. Insertion from behind: most counts are small and few
 * differ from their neighbours. */
static uint32_t sort_leaves(const uint32_t *count, uint32_t n, struct leaf *leaf)
{
    uint32_t used = 0;
    for (uint32_t symbol = 0; symbol < n; symbol++) {
        if (count[symbol] == 0)
            continue;
        uint32_t at = used++;
        for (; at > 0 && leaf[at - 1].count > count[symbol]; at--)
            leaf[at] = leaf[at - 1];
        leaf[at] = (struct leaf){count[symbol], symbol};
    }
    return used;
}

/* How many of the n >= 2 leaves lie at each depth of the tree. */
static void count_depths(const struct leaf *leaf, uint32_t n, uint32_t *at_depth)
{
    uint32_t inner[MERE_HUFFMAN_MAX], parent[2 * MERE_HUFFMAN_MAX] = {0},
                                                 depth[2 * MERE_HUFFMAN_MAX];
    uint32_t next_leaf = 0, next_inner = 0;
    for (uint32_t made = 0; made + 1 < n; made++) {
        inner[made] = 0;
        for (int child = 0; child < 2; child++) {
            bool take_leaf =
                next_leaf < n && (next_inner == made || leaf[next_leaf].count <= inner[next_inner]);
            inner[made] += take_leaf ? leaf[next_leaf].count : inner[next_inner];
            parent[take_leaf ? next_leaf++ : n + next_inner++] = n + made;
        }
    }
    uint32_t root = 2 * n - 2;
    depth[root] = 0;
    for (uint32_t node = root; node-- > 0;) {
        depth[node] = depth[parent[node]] + 1;
        if (node < n)
            at_depth[depth[node]]++;
    }
}

/* Take leaves deeper than `limit` up to it, and pay for that by sending others deeper: the sum of
 * 2^-depth is 1 again. */
static void keep_limit(uint32_t *at_depth, uint32_t deepest, uint32_t limit)
{
    uint32_t sum = 0;
    for (uint32_t d = deepest; d > limit; d--) {
        at_depth[limit] += at_depth[d];
        at_depth[d] = 0;
    }
    for (uint32_t d = 1; d <= limit; d++)
        sum += at_depth[d] << (limit - d);
    for (; sum > (uint32_t)1 << limit; sum--) {
        uint32_t d = limit - 1;
        while (at_depth[d] == 0)
            d--;
        at_depth[limit]--;
        at_depth[d]--;
        at_depth[d + 1] += 2;
    }
}

void mere_huffman_lengths(const uint32_t *count, uint32_t n, uint32_t limit, uint8_t *ret_length)
{
    struct leaf leaf[MERE_HUFFMAN_MAX] = {{0, 0}};
    uint32_t at_depth[MERE_HUFFMAN_MAX + 1] = {0};
    uint32_t used = sort_leaves(count, n, leaf);
    for (uint32_t symbol = 0; symbol < n; symbol++)
        ret_length[symbol] = 0;
    if (used < 2) {
        if (used == 1)
            ret_length[leaf[0].symbol] = 1;
        return;
    }
    count_depths(leaf, used, at_depth);
    keep_limit(at_depth, used - 1, limit);
    uint32_t rarest = 0;
    for (uint32_t d = limit; d > 0; d--)
        for (uint32_t k = 0; k < at_depth[d]; k++)
            ret_length[leaf[rarest++].symbol] = (uint8_t)d;
}

void mere_huffman_codes(const uint8_t *length, uint32_t n, uint16_t *ret_code)
{
    uint32_t of_length[16] = {0}, next[16] = {0};
    for (uint32_t i = 0; i < n; i++)
        of_length[length[i]]++;
    for (uint32_t bits = 2; bits < 16; bits++)
        next[bits] = (next[bits - 1] + of_length[bits - 1]) << 1;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = length[i] ? next[length[i]]++ : 0, turned = 0;
        for (uint32_t bit = 0; bit < length[i]; bit++)
            turned |= (code >> bit & 1) << (length[i] - 1u - bit);
        ret_code[i] = (uint16_t)turned;
    }
}
