#include "sample/shape.h"
#include <stdlib.h>
#include <string.h>

/* Our own drawing: the bank from the south-west to the north-east, and the border inland from the
 * south to the east, in metres from the origin. */
static const struct mere_xy BANK[] = {
    {-6150, -4350}, {-6500, -3050}, {-6560, -1750}, {-6230, -420}, {-5560, 860},
    {-4560, 2010},  {-3260, 2900},  {-1760, 3460},  {-130, 3720},  {1480, 3880},
    {2960, 4180},   {4330, 4740},   {5480, 5520},
};
static const struct mere_xy INLAND[] = {
    {-3250, -5480}, {-2480, -4820}, {-1560, -4360}, {-820, -3620}, {80, -3420},
    {980, -3120},   {1620, -2430},  {2560, -1990},  {3330, -1220}, {4310, -520},
    {4830, 720},    {5650, 1880},   {6330, 3330},
};
enum { N_DRAWN = MERE_LEN(BANK), LAST_DRAWN = N_DRAWN - 1 };
_Static_assert(MERE_LEN(INLAND) == N_DRAWN, "both lines are walked side by side");

static const struct mere_quarter QUARTERS[] = {
    {.s = 0.86, .t = 0.55, .radius = 1000, .kind = MERE_QUARTER_OLD, .turn = {0.94, -0.34}},
    {.s = 0.47, .t = 0.62, .radius = 900, .kind = MERE_QUARTER_OLD, .turn = {0.98, 0.19}},
    {.s = 0.17, .t = 0.42, .radius = 850, .kind = MERE_QUARTER_OLD, .turn = {0.88, 0.47}},
    {.s = 0.62, .t = 0.22, .radius = 1350, .kind = MERE_QUARTER_CENTRE},
    {.s = 0.93, .t = 0.20, .radius = 800, .kind = MERE_QUARTER_CENTRE},
    {.s = 0.33, .t = 0.30, .radius = 900, .kind = MERE_QUARTER_INDUSTRY},
    {.s = 0.71, .t = 0.62, .radius = 1200, .kind = MERE_QUARTER_INDUSTRY},
    {.s = 0.22, .t = 0.83, .radius = 1100, .kind = MERE_QUARTER_INDUSTRY},
    {.s = 0.97, .t = 0.88, .radius = 800, .kind = MERE_QUARTER_INDUSTRY},
    {.s = 0.08, .t = 0.70, .radius = 800, .kind = MERE_QUARTER_VILLAGE, .turn = {0.97, -0.24}},
    {.s = 0.57, .t = 0.90, .radius = 700, .kind = MERE_QUARTER_VILLAGE, .turn = {0.80, 0.60}},
    {.s = 0.79, .t = 0.92, .radius = 600, .kind = MERE_QUARTER_VILLAGE},
    {.s = 0.24, .t = 0.14, .radius = 750, .kind = MERE_QUARTER_CAMPUS},
    {.s = 0.44, .t = 0.25, .radius = 450, .kind = MERE_QUARTER_CAMPUS},
    {.s = 0.36, .t = 0.70, .radius = 620, .kind = MERE_QUARTER_HILL},
    {.s = 0.655, .t = 0.44, .radius = 330, .kind = MERE_QUARTER_LAKE},
    {.s = 0.12, .t = 0.22, .radius = 240, .kind = MERE_QUARTER_LAKE},
};

/* ---- the sheet ---- */

/* A smooth line through drawn points (Catmull and Rom 1974). */
static struct mere_xy along(const struct mere_xy *v, double s)
{
    double at = s * LAST_DRAWN;
    size_t i = at <= 0 ? 0 : (size_t)at;
    i = i > N_DRAWN - 2 ? N_DRAWN - 2 : i;
    double u = at - (double)i;
    struct mere_xy b = v[i], c = v[i + 1];
    struct mere_xy a = i > 0 ? v[i - 1] : mere_xy_add(mere_xy_add(b, b, 1), c, -1);
    struct mere_xy d = i + 2 < N_DRAWN ? v[i + 2] : mere_xy_add(mere_xy_add(c, c, 1), b, -1);
    double u2 = u * u, u3 = u2 * u;
    double ka = -u3 + 2 * u2 - u, kb = 3 * u3 - 5 * u2 + 2, kc = -3 * u3 + 4 * u2 + u, kd = u3 - u2;
    return (struct mere_xy){(ka * a.x + kb * b.x + kc * c.x + kd * d.x) / 2,
                            (ka * a.y + kb * b.y + kc * c.y + kd * d.y) / 2};
}

static double smooth(double u)
{
    return u * u * (3 - 2 * u);
}

static double noise_at(const struct mere_shape *shape, int which, double s, double t)
{
    double x = s * 10 + 4, y = t * 5 + 4;
    x = x < 0 ? 0 : x > MERE_NOISE_CELLS - 2 ? MERE_NOISE_CELLS - 2 : x;
    y = y < 0 ? 0 : y > MERE_NOISE_CELLS - 2 ? MERE_NOISE_CELLS - 2 : y;
    int i = (int)x, k = (int)y;
    double u = smooth(x - i), v = smooth(y - k);
    const double(*n)[MERE_NOISE_CELLS] = shape->noise[which];
    return (n[i][k] * (1 - u) + n[i + 1][k] * u) * (1 - v) +
           (n[i][k + 1] * (1 - u) + n[i + 1][k + 1] * u) * v;
}

struct mere_xy mere_shape_at(const struct mere_shape *shape, double s, double t)
{
    /* Both lines are walked at unequal pace, so that crossing lines are not all alike. */
    double inland = s + 0.05 * s * (1 - s);
    struct mere_xy p = mere_xy_add((struct mere_xy){0, 0}, along(BANK, s), 1 - t);
    p = mere_xy_add(p, along(INLAND, inland), t);
    double inner = t < 0 || t > 1 ? 0 : 4 * t * (1 - t);
    p.x += 150 * inner * noise_at(shape, 0, s, t);
    p.y += 150 * inner * noise_at(shape, 1, s, t);
    return (struct mere_xy){p.x * shape->scale, p.y * shape->scale};
}

/* ---- directions ---- */

static struct mere_xy squared(struct mere_xy z)
{
    return (struct mere_xy){z.x * z.x - z.y * z.y, 2 * z.x * z.y};
}

static struct mere_xy square_root(struct mere_xy z)
{
    z = mere_xy_unit(z);
    double x = sqrt((1 + z.x) / 2), y = sqrt((1 - z.x) / 2);
    return (struct mere_xy){x, z.y < 0 ? -y : y};
}

struct mere_xy mere_fourth_power(struct mere_xy direction)
{
    return squared(squared(mere_xy_unit(direction)));
}

struct mere_xy mere_fourth_root(struct mere_xy power)
{
    return square_root(square_root(power));
}

#define CELL_M 100.0
#define CORNER_M (-8000.0)

static void cell_of(struct mere_xy p, double *ret_x, double *ret_y)
{
    const double most = MERE_FIELD_CELLS - 1.001;
    double x = (p.x - CORNER_M) / CELL_M, y = (p.y - CORNER_M) / CELL_M;
    *ret_x = x < 0 ? 0 : x > most ? most : x;
    *ret_y = y < 0 ? 0 : y > most ? most : y;
}

/* Both directions of the sheet, everywhere, as fourth powers: those of crossing ways are the same.
 */
static void lay_sheet(struct mere_shape *shape)
{
    const double d = 1e-3;
    for (int i = -20; i <= 420; i++)
        for (int k = -30; k <= 230; k++) {
            double s = i / 400.0, t = k / 200.0, x, y;
            struct mere_xy p = mere_shape_at(shape, s, t);
            struct mere_xy a = mere_xy_sub(mere_shape_at(shape, s + d, t), p);
            struct mere_xy b = mere_xy_sub(mere_shape_at(shape, s, t + d), p);
            struct mere_xy pa = mere_fourth_power(a), pb = mere_fourth_power(b);
            cell_of(p, &x, &y);
            struct mere_xy *cell = &shape->field[(int)x][(int)y];
            cell->x += pa.x + 0.7 * pb.x;
            cell->y += pa.y + 0.7 * pb.y;
        }
}

/* Average with the neighbours; empty cells take theirs. */
static bool blur(struct mere_shape *shape)
{
    size_t size = sizeof shape->field;
    struct mere_xy(*old)[MERE_FIELD_CELLS] = malloc(size);
    if (!old)
        return false;
    memcpy(old, shape->field, size);
    for (int i = 0; i < MERE_FIELD_CELLS; i++)
        for (int k = 0; k < MERE_FIELD_CELLS; k++) {
            struct mere_xy sum = {0, 0};
            for (int a = i > 0 ? i - 1 : 0; a <= i + 1 && a < MERE_FIELD_CELLS; a++)
                for (int b = k > 0 ? k - 1 : 0; b <= k + 1 && b < MERE_FIELD_CELLS; b++)
                    sum = mere_xy_add(sum, old[a][b], 1);
            double len = mere_xy_len(sum);
            shape->field[i][k] =
                len > 0 ? (struct mere_xy){sum.x / len, sum.y / len} : (struct mere_xy){0, 0};
        }
    free(old);
    return true;
}

/* Turn the directions of a quarter, the more the nearer to its middle. */
static void turn_quarter(struct mere_shape *shape, const struct mere_quarter *q)
{
    for (int i = 0; i < MERE_FIELD_CELLS; i++)
        for (int k = 0; k < MERE_FIELD_CELLS; k++) {
            struct mere_xy p = {CORNER_M + i * CELL_M, CORNER_M + k * CELL_M};
            struct mere_xy away = mere_xy_sub(p, q->at);
            double far = mere_xy_len(away) / q->radius;
            if (far >= 1.3)
                continue;
            double u = far < 0.7 ? 1 : 1 - smooth((far - 0.7) / 0.6);
            struct mere_xy to = mere_fourth_power(q->turn);
            struct mere_xy *cell = &shape->field[i][k];
            *cell = (struct mere_xy){cell->x * (1 - u) + to.x * u, cell->y * (1 - u) + to.y * u};
        }
}

/* Around hills and lakes streets run in circles. */
static void ring_quarter(struct mere_shape *shape, const struct mere_quarter *q)
{
    for (int i = 0; i < MERE_FIELD_CELLS; i++)
        for (int k = 0; k < MERE_FIELD_CELLS; k++) {
            struct mere_xy p = {CORNER_M + i * CELL_M, CORNER_M + k * CELL_M};
            struct mere_xy away = mere_xy_sub(p, q->at);
            double far = mere_xy_len(away) / q->radius;
            if (far >= 1.7)
                continue;
            double u = far < 1 ? 1 : 1 - smooth((far - 1) / 0.7);
            struct mere_xy to = mere_fourth_power(away);
            struct mere_xy *cell = &shape->field[i][k];
            *cell = (struct mere_xy){cell->x * (1 - u) + to.x * u, cell->y * (1 - u) + to.y * u};
        }
}

struct mere_xy mere_shape_direction(const struct mere_shape *shape, struct mere_xy p,
                                    struct mere_xy like)
{
    double x, y;
    cell_of(p, &x, &y);
    int i = (int)x, k = (int)y;
    double u = x - i, v = y - k;
    struct mere_xy sum = {0, 0};
    sum = mere_xy_add(sum, shape->field[i][k], (1 - u) * (1 - v));
    sum = mere_xy_add(sum, shape->field[i + 1][k], u * (1 - v));
    sum = mere_xy_add(sum, shape->field[i][k + 1], (1 - u) * v);
    sum = mere_xy_add(sum, shape->field[i + 1][k + 1], u * v);
    struct mere_xy a = mere_fourth_root(sum), b = {-a.y, a.x};
    double da = mere_xy_dot(a, like), db = mere_xy_dot(b, like);
    if ((da < 0 ? -da : da) >= (db < 0 ? -db : db))
        return da < 0 ? (struct mere_xy){-a.x, -a.y} : a;
    return db < 0 ? (struct mere_xy){-b.x, -b.y} : b;
}

enum mere_quarter_kind mere_shape_quarter(const struct mere_shape *shape, struct mere_xy p)
{
    enum mere_quarter_kind best = MERE_QUARTER_HOUSING;
    double least = 1;
    for (size_t i = 0; i < shape->n_quarters; i++) {
        const struct mere_quarter *q = &shape->quarters[i];
        double far = mere_xy_gap(p, q->at) / q->radius;
        if (far < least) {
            least = far;
            best = q->kind;
        }
    }
    return best;
}

/* ---- beginning ---- */

static bool draw_outline(struct mere_shape *shape)
{
    const int n_long = 130, n_short = 24;
    shape->outline.n = shape->ways.n = 0;
    bool ok = true;
    /* Counter-clockwise: inland from the south to the east, up to the bank, back along the bank. */
    for (int i = 0; i < n_long && ok; i++)
        ok = MERE_PUSH(&shape->outline, mere_shape_at(shape, (double)i / n_long, 1)) &&
             MERE_PUSH(&shape->ways, MERE_WAY_BORDER);
    for (int i = 0; i < n_short && ok; i++)
        ok = MERE_PUSH(&shape->outline, mere_shape_at(shape, 1, 1 - (double)i / n_short)) &&
             MERE_PUSH(&shape->ways, MERE_WAY_BORDER);
    for (int i = 0; i < n_long && ok; i++)
        ok = MERE_PUSH(&shape->outline, mere_shape_at(shape, 1 - (double)i / n_long, 0)) &&
             MERE_PUSH(&shape->ways, MERE_WAY_BANK);
    for (int i = 0; i < n_short && ok; i++)
        ok = MERE_PUSH(&shape->outline, mere_shape_at(shape, 0, (double)i / n_short)) &&
             MERE_PUSH(&shape->ways, MERE_WAY_BORDER);
    return ok;
}

bool mere_shape_init(struct mere_shape *shape, uint64_t seed)
{
    struct mere_random r = mere_random_stream(seed, "shape");
    for (int w = 0; w < 2; w++)
        for (int i = 0; i < MERE_NOISE_CELLS; i++)
            for (int k = 0; k < MERE_NOISE_CELLS; k++)
                shape->noise[w][i][k] = mere_random_between(&r, -1, 1);
    shape->scale = 1;
    shape->n_quarters = MERE_LEN(QUARTERS);
    shape->quarters = malloc(sizeof QUARTERS);
    if (!shape->quarters || !draw_outline(shape))
        return false;
    shape->scale = sqrt(MERE_SAMPLE_AREA_M2 / mere_xy_area(shape->outline.v, shape->outline.n));
    if (!draw_outline(shape))
        return false;
    memcpy(shape->quarters, QUARTERS, sizeof QUARTERS);
    lay_sheet(shape);
    for (int i = 0; i < 6; i++)
        if (!blur(shape))
            return false;
    for (size_t i = 0; i < shape->n_quarters; i++) {
        struct mere_quarter *q = &shape->quarters[i];
        q->at = mere_shape_at(shape, q->s, q->t);
        if (q->kind == MERE_QUARTER_HILL || q->kind == MERE_QUARTER_LAKE)
            ring_quarter(shape, q);
        else if (q->turn.x != 0 || q->turn.y != 0)
            turn_quarter(shape, q);
    }
    return true;
}

void mere_shape_clear(struct mere_shape *shape)
{
    free(shape->quarters);
    shape->quarters = NULL;
    MERE_VEC_FREE(&shape->outline);
    MERE_VEC_FREE(&shape->ways);
}
