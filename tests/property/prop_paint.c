/* prop_paint.c - the painter and its PNG against slow answers, on divisions made up in many kinds:
 * bent, with vertices on pixel corners, of stairs only, of tiny segments, of huge ones.
 *
 *     prop_paint [seed] [--long]       MERE_LONG=1 is as --long
 *     prop_paint --time                microseconds and bytes a tile
 *     prop_paint --draw FOLDER         a few pictures to look at */
#include "property/paint_mesh.h"
#include "tile/png.h"
#include <png.h>
#include <time.h>

static uint64_t seed = 20261129;
static bool long_run;
static struct mere_ctx *ctx;

static const struct mesh_kind KINDS[] = {
    {"bent", 40 * 256, 16, 3, 1, 40},
    {"large", 170 * 256, 6, 12, 1, 40},
    {"on pixel corners", 12 * 256, 50, 0, 256, 12},
    {"on half pixels", 20 * 256, 30, 1, 128, 12},
    {"stairs on corners", 24 * 256, 26, -1, 256, 40},
    {"stairs", 31 * 256, 20, -1, 1, 7},
    {"level and upright", 32 * 256, 16, 0, 32 * 256, 9},
    {"within pixels", 300, 300, 1, 1, 9},
    {"a few units", 12, 120, 0, 1, 9},
    {"100,000 px long", 100000 * 256, 4, 2, 1, 12},
    {"as far as can be", 240000000, 4, 0, 1, 9},
};

/* ---- painting a mesh ---- */

static struct mere_rgba FILLS[4096];
static const struct mere_paint_line LINES[] = {{0.6F, {120, 60, 60, 255}},
                                               {1.4F, {90, 90, 160, 255}},
                                               {2.4F, {60, 60, 60, 255}},
                                               {3.4F, {200, 30, 90, 255}}};

static struct mere_paint_style *new_style(const struct mere_rgba *fills, size_t n_fills,
                                          const struct mere_paint_line *lines, size_t n_lines)
{
    struct mere_paint_style *style = NULL;
    struct mere_paint_spec spec = {fills, n_fills, lines, n_lines};
    CHECK_INT(MERE_OK, mere_paint_style_new(ctx, &spec, &style));
    return style;
}
static struct mere_painter *new_painter(uint32_t size)
{
    struct mere_painter *p = NULL;
    CHECK_INT(MERE_OK, mere_painter_new(ctx, size, &p));
    return p;
}
static void begin(struct mere_painter *p, const struct mere_paint_style *style,
                  const struct mesh *m)
{
    CHECK_INT(MERE_OK, mere_paint_begin(ctx, p, style, mesh_fill_at(m, 0, 0)));
}
/* The arc with other sides, or another line. */
static enum mere_status add_arc(struct mere_painter *p, const struct mesh_arc *arc, uint32_t left,
                                uint32_t right, int rank)
{
    return mere_paint_arc(ctx, p, (struct mere_tile_arc){arc->pts, arc->n, left, right, rank});
}
static void add_arcs(struct mere_painter *p, const struct mesh *m, bool lines)
{
    for (size_t i = 0; i < m->n_arcs; i++) {
        const struct mesh_arc *arc = &m->arcs[i];
        CHECK_INT(MERE_OK, add_arc(p, arc, arc->left, arc->right, lines ? arc->rank : -1));
    }
}
static const struct mere_image *end(struct mere_painter *p, bool exact)
{
    const struct mere_image *image = NULL;
    CHECK_INT(MERE_OK, mere_paint_end(ctx, p, exact, &image));
    CHECK(mere_painter_is_clean(p));
    return image;
}
static const struct mere_image *paint(struct mere_painter *p, const struct mere_paint_style *style,
                                      const struct mesh *m, bool lines, bool exact)
{
    begin(p, style, m);
    add_arcs(p, m, lines);
    return end(p, exact);
}
static struct mere_rgba pixel(const struct mere_image *image, uint32_t x, uint32_t y)
{
    const uint8_t *at = image->rows + y * image->stride + 1 + (size_t)x * image->channels;
    if (image->channels == 1)
        return image->colours[at[0]];
    return (struct mere_rgba){at[0], at[1], at[2], image->channels == 4 ? at[3] : 255};
}
static bool same_colour(struct mere_rgba a, struct mere_rgba b)
{
    return a.r == b.r && a.g == b.g && a.b == b.b && a.a == b.a;
}
static struct mere_rgba *pixels(const struct mere_image *image)
{
    struct mere_rgba *all = malloc((size_t)image->size * image->size * sizeof *all);
    for (uint32_t y = 0; y < image->size; y++)
        for (uint32_t x = 0; x < image->size; x++)
            all[(size_t)y * image->size + x] = pixel(image, x, y);
    return all;
}
/* A mesh of this kind, moved so that a picture at (0, 0) has some border in it or just beside. */
static struct mesh any_mesh(const struct mesh_kind *k, uint64_t *rng)
{
    struct mesh m = mesh_new(k, mere_random(rng));
    const struct mesh_arc *arc = &m.arcs[mere_random(rng) % m.n_arcs];
    const struct mere_tile_point *a = &arc->pts[mere_random(rng) % (arc->n > 2 ? arc->n - 1 : 1)];
    double t = fabs(mesh_unit(rng));
    double x = a[0].x + t * ((double)a[1].x - a[0].x), y = a[0].y + t * ((double)a[1].y - a[0].y);
    int32_t whole = mere_random(rng) % 2 ? 256 : 1, span = 300 * 256;
    int32_t dx = (int32_t)(mere_random(rng) % (uint64_t)span) - (int32_t)x;
    int32_t dy = (int32_t)(mere_random(rng) % (uint64_t)span) - (int32_t)y;
    mesh_move(&m, dx / whole * whole, dy / whole * whole);
    return m;
}
/* Do `what` with several meshes of each kind. */
static void with_meshes(uint64_t mix, int few, void (*what)(const struct mesh *, const char *))
{
    uint64_t rng = seed + mix;
    for (size_t k = 0; k < MERE_LEN(KINDS); k++)
        for (int i = 0; i < (long_run ? 20 * few : few); i++) {
            struct mesh m = any_mesh(&KINDS[k], &rng);
            int before = check_bad;
            what(&m, KINDS[k].name);
            if (check_bad && !before)
                printf("  in a mesh \"%s\"\n", KINDS[k].name);
            mesh_free(&m);
        }
}

/* ---- fills ---- */

static void cancel(const struct mesh *m, const char *name)
{
    (void)name;
    struct mere_painter *p = new_painter(256);
    struct mere_paint_style *style = new_style(FILLS, 40, NULL, 0);
    begin(p, style, m);
    add_arcs(p, m, false);
    for (size_t i = 0; i < m->n_arcs; i++) {
        const struct mesh_arc *arc = &m->arcs[i];
        CHECK_INT(MERE_OK, add_arc(p, arc, arc->right, arc->left, -1));
    }
    const struct mere_image *image = end(p, false);
    CHECK_INT(1, image->n_colours);
    CHECK(same_colour(FILLS[mesh_fill_at(m, 0, 0)], image->colours[0]));
    mere_paint_style_free(style);
    mere_painter_free(p);
}
TEST(arcs_and_the_same_with_sides_swapped_leave_one_colour_everywhere)
{
    with_meshes(1, 2, cancel);
}

static void same_colours(const struct mesh *m, const char *name)
{
    (void)name;
    struct mere_rgba same[40];
    for (size_t i = 0; i < MERE_LEN(same); i++)
        same[i] = (struct mere_rgba){17, 130, 201, 255};
    struct mere_painter *p = new_painter(256);
    struct mere_paint_style *style = new_style(same, MERE_LEN(same), NULL, 0);
    const struct mere_image *image = paint(p, style, m, false, false);
    CHECK_INT(1, image->n_colours);
    CHECK(same_colour(same[0], image->colours[0]));
    mere_paint_style_free(style);
    mere_painter_free(p);
}
TEST(zones_of_one_colour_make_a_picture_of_one_colour)
{
    with_meshes(2, 1, same_colours);
}

/* The three classes, as pure channels, and the fourth, black, keep areas apart. */
static void areas(const struct mesh *m, const char *name)
{
    enum { SIZE = 256, N = 40 };
    static uint32_t lanes[SIZE * SIZE * 4];
    struct mere_rgba fills[N];
    for (int i = 0; i < N; i++)
        fills[i] = (struct mere_rgba){i % 4 == 1 ? 255 : 0, i % 4 == 2 ? 255 : 0,
                                      i % 4 == 3 ? 255 : 0, 255};
    struct mere_painter *p = new_painter(SIZE);
    struct mere_paint_style *style = new_style(fills, N, NULL, 0);
    begin(p, style, m);
    add_arcs(p, m, false);
    mere_paint_lanes(p, lanes);
    uint64_t rng = seed + m->n_arcs;
    for (int k = 0; k < 12; k++) {
        /* The whole picture, then rectangles, then single pixels. */
        uint32_t most = k == 0 ? SIZE : k < 6 ? 64 : 1, x0 = 0, y0 = 0;
        if (k > 0) {
            x0 = (uint32_t)(mere_random(&rng) % (SIZE - most + 1));
            y0 = (uint32_t)(mere_random(&rng) % (SIZE - most + 1));
        }
        double sum[3] = {0}, want[N];
        size_t mixed = 0;
        for (uint32_t y = y0; y < y0 + most; y++)
            for (uint32_t x = x0; x < x0 + most; x++) {
                const uint32_t *v = lanes + ((size_t)y * SIZE + x) * 4;
                bool whole = true;
                for (int c = 0; c < 3; c++) {
                    sum[c] += (double)v[c] / MERE_PAINT_FULL;
                    whole = whole && (v[c] == 0 || v[c] == MERE_PAINT_FULL);
                }
                mixed += !whole;
                CHECK_INT(MERE_PAINT_FULL, v[3]);
            }
        mesh_areas(m, (struct mesh_rect){x0, y0, x0 + most, y0 + most}, want, N);
        for (int c = 0; c < 3; c++) {
            double area = 0;
            for (int i = c + 1; i < N; i += 4)
                area += want[i];
            /* A crossing is off by less than 1/256 px to one side; a mixed pixel has a few. */
            double bound = 4 * (double)mixed / 256 + 1e-6;
            if (strcmp(name, "a few units") == 0 || strcmp(name, "within pixels") == 0)
                bound *= 16; /* as many zones in a pixel */
            CHECK_NEAR(area, sum[c], bound);
        }
    }
    end(p, false);
    mere_paint_style_free(style);
    mere_painter_free(p);
}
TEST(covers_sum_to_the_zones_areas)
{
    with_meshes(3, 3, areas);
}

static void whole_pixels_of(const struct mesh *m, const struct mere_rgba *fills)
{
    struct mere_painter *p = new_painter(256);
    struct mere_paint_style *style = new_style(fills, 40, LINES, 4);
    const struct mere_image *image = paint(p, style, m, true, false);
    uint64_t rng = seed + m->n_arcs;
    for (int k = 0; k < (long_run ? 120 : 20); k++) {
        uint32_t x = (uint32_t)(mere_random(&rng) % 256), y = (uint32_t)(mere_random(&rng) % 256);
        if (mesh_border(m, x + 0.5, y + 0.5, -1) < 2.3) /* half of 3.4, half, and a little */
            continue;
        uint32_t fill = mesh_fill_at(m, x * 256 + 128, y * 256 + 128);
        if (!CHECK(same_colour(fills[fill], pixel(image, x, y))))
            printf("  pixel (%u, %u), fill %u\n", x, y, fill);
    }
    mere_paint_style_free(style);
    mere_painter_free(p);
}
/* Also with fills that differ in one channel only. */
static void whole_pixels(const struct mesh *m, const char *name)
{
    (void)name;
    whole_pixels_of(m, FILLS);
    for (int channel = 0; channel < 4; channel++) {
        struct mere_rgba fills[40];
        for (int i = 0; i < 40; i++) {
            uint8_t v[4] = {90, 140, 200, 255};
            v[channel] = (uint8_t)(v[channel] - 2 * i);
            fills[i] = (struct mere_rgba){v[0], v[1], v[2], v[3]};
        }
        whole_pixels_of(m, fills);
    }
}
TEST(a_pixel_in_one_zone_has_exactly_its_colour)
{
    with_meshes(4, 2, whole_pixels);
}

/* ---- windows ---- */

/* Pixels, with lines, of the window whose corner is at (x, y) pixels. */
static struct mere_rgba *window(const struct mesh *m, uint32_t size, int32_t x, int32_t y)
{
    struct mere_painter *p = new_painter(size);
    struct mere_paint_style *style = new_style(FILLS, 40, LINES, 4);
    struct mesh *moved = (struct mesh *)(uintptr_t)m;
    mesh_move(moved, -256 * x, -256 * y);
    struct mere_rgba *all = pixels(paint(p, style, moved, true, true));
    mesh_move(moved, 256 * x, 256 * y);
    mere_paint_style_free(style);
    mere_painter_free(p);
    return all;
}
static void compare_windows(const struct mesh *m, const char *name)
{
    (void)name;
    static const struct {
        uint32_t size;
        int32_t x, y;
    } windows[] = {{256, 0, 0}, {256, 256, 0}, {256, 0, 256}, {256, 256, 256}, {256, 100, 37}};
    struct mere_rgba *large = window(m, 512, 0, 0);
    for (size_t k = 0; k < MERE_LEN(windows); k++) {
        int32_t x0 = windows[k].x, y0 = windows[k].y;
        struct mere_rgba *small = window(m, 256, x0, y0);
        int bad = 0;
        for (int32_t y = 0; y < 256 && !bad; y++)
            bad = memcmp(small + (ptrdiff_t)y * 256, large + (ptrdiff_t)(y0 + y) * 512 + x0,
                         256 * sizeof *small) != 0;
        CHECK_INT(0, bad);
        free(small);
    }
    free(large);
}
TEST(a_pixel_is_the_same_in_every_window_that_holds_it)
{
    with_meshes(5, 2, compare_windows);
}

static void turned(const struct mesh *m, const char *name)
{
    (void)name;
    struct mesh *turn = (struct mesh *)(uintptr_t)m;
    struct mere_painter *p = new_painter(256);
    struct mere_paint_style *style = new_style(FILLS, 40, LINES, 4);
    struct mere_image a = *paint(p, style, m, true, false);
    size_t bytes = a.size * a.stride;
    uint8_t *was = malloc(bytes);
    memcpy(was, a.rows, bytes);
    mesh_turn(turn);
    const struct mere_image *b = paint(p, style, m, true, false);
    CHECK_INT(a.channels, b->channels);
    CHECK_INT(a.n_colours, b->n_colours);
    CHECK(a.stride == b->stride && memcmp(was, b->rows, bytes) == 0);
    CHECK(memcmp(a.colours, b->colours, a.n_colours * sizeof *a.colours) == 0);
    free(was);
    mere_paint_style_free(style);
    mere_painter_free(p);
}
TEST(order_and_direction_of_the_arcs_change_no_byte)
{
    with_meshes(6, 2, turned);
}

/* ---- lines ---- */

static int linear_to_srgb(double l)
{
    double s = l <= 0.0031308 ? l * 12.92 : 1.055 * pow(l, 1 / 2.4) - 0.055;
    return (int)lround(s * 255);
}
TEST(a_line_covers_what_its_distance_says)
{
    static const float widths[] = {0.3F, 0.6F, 1, 1.4F, 2.4F, 7, 30};
    const struct mere_rgba white = {255, 255, 255, 255}, black = {0, 0, 0, 255};
    const struct mere_rgba fills[40] = {white};
    uint64_t rng = seed + 7;
    for (size_t k = 0; k < MERE_LEN(KINDS) * MERE_LEN(widths); k++) {
        const struct mesh_kind *kind = &KINDS[k % MERE_LEN(KINDS)];
        if (kind->cells > 100)
            continue; /* too many borders for the slow answer */
        float width = widths[k / MERE_LEN(KINDS)];
        const struct mere_paint_line line = {width, black};
        struct mere_painter *p = new_painter(256);
        struct mere_paint_style *style = new_style(fills, 1, &line, 1);
        struct mesh m = any_mesh(kind, &rng);
        for (size_t i = 0; i < m.n_arcs; i++) {
            m.arcs[i].left = m.arcs[i].right = 0;
            m.arcs[i].rank = m.arcs[i].rank == 0 || kind->step > 1 << 24 ? 0 : -1;
        }
        const struct mere_image *image = paint(p, style, &m, true, true);
        int bad = 0;
        for (int i = 0; i < 1500 && bad < 3; i++) {
            uint32_t x = (uint32_t)(mere_random(&rng) % 256),
                     y = (uint32_t)(mere_random(&rng) % 256);
            double d = mesh_border(&m, x + 0.5, y + 0.5, 0), half = (double)width / 2;
            double cover = fmax(0, fmin(d + 0.5, half) - fmax(d - 0.5, -half));
            /* Half of 1/255 of cover, where sRGB is steepest 12.92 steps; else 2 steps. */
            double low = fmax(0, 1 - cover - 0.004), high = fmin(1, 1 - cover + 0.004);
            int got = pixel(image, x, y).r;
            if (!CHECK(linear_to_srgb(low) - 1 <= got && got <= linear_to_srgb(high) + 1)) {
                printf("  %s, %g px: pixel (%u, %u) d %g cover %g is %d\n", kind->name,
                       (double)width, x, y, d, cover, got);
                bad++;
            }
        }
        mesh_free(&m);
        mere_paint_style_free(style);
        mere_painter_free(p);
    }
}

/* ---- pictures ---- */

struct reader {
    const uint8_t *at, *end;
};
static void read_bytes(png_structp png, png_bytep to, png_size_t n)
{
    struct reader *r = png_get_io_ptr(png);
    if ((size_t)(r->end - r->at) < n)
        png_error(png, "the file is too short");
    memcpy(to, r->at, n);
    r->at += n;
}
/* The pixels of a file as libpng has them, as RGBA; NULL when it finds a fault. */
static struct mere_rgba *read_png(struct mere_bytes file, uint32_t size)
{
    struct reader reader = {file.v, file.v + file.n};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    struct mere_rgba *all = calloc((size_t)size * size, sizeof *all);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        free(all);
        return NULL;
    }
    png_set_read_fn(png, &reader, read_bytes);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != size || png_get_image_height(png, info) != size)
        png_error(png, "another size");
    png_set_expand(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
    png_read_update_info(png, info);
    for (uint32_t y = 0; y < size; y++)
        png_read_row(png, (png_bytep)(all + (size_t)y * size), NULL);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    if (reader.at != reader.end) {
        free(all);
        return NULL;
    }
    return all;
}
static void compare_file(struct mere_png *png, const struct mere_image *image)
{
    struct mere_bytes file = {NULL, 0};
    CHECK_INT(MERE_OK, mere_png_write(ctx, png, image, &file));
    struct mere_rgba *got = read_png(file, image->size), *want = pixels(image);
    if (CHECK(got))
        CHECK(memcmp(got, want, (size_t)image->size * image->size * sizeof *got) == 0);
    free(got);
    free(want);
}

static int error_of(struct mere_rgba a, struct mere_rgba b)
{
    int r = abs(a.r - b.r), g = abs(a.g - b.g), bl = abs(a.b - b.b), al = abs(a.a - b.a);
    int most = r > g ? r : g;
    most = most > bl ? most : bl;
    return most > al ? most : al;
}
static size_t n_by_channels[5], n_wide;
static void palettes(const struct mesh *m, const char *name)
{
    (void)name;
    struct mere_png *png = NULL;
    CHECK_INT(MERE_OK, mere_png_new(ctx, &png));
    struct mere_rgba some[40], few[40];
    for (size_t i = 0; i < 40; i++) {
        some[i] = FILLS[i];
        few[i] = FILLS[i % 7];
        some[i].a = i % 3 == 0 ? 255 : i % 3 == 1 ? 130 : 0;
    }
    const struct mere_rgba *const styles[] = {FILLS, few, some};
    for (size_t k = 0; k < MERE_LEN(styles); k++) {
        struct mere_painter *p = new_painter(k == 2 ? 512 : 256);
        struct mere_paint_style *style = new_style(styles[k], 40, LINES, 4);
        const struct mere_image *image = paint(p, style, m, true, false);
        n_by_channels[image->channels]++;
        compare_file(png, image);
        struct mere_rgba *small = pixels(image);
        image = paint(p, style, m, true, true);
        CHECK(image->channels >= 3);
        compare_file(png, image);
        struct mere_rgba *exact = pixels(image);
        int worst = 0;
        for (size_t i = 0; i < (size_t)image->size * image->size; i++) {
            int error = error_of(small[i], exact[i]);
            worst = error > worst ? error : worst;
        }
        CHECK(worst <= 16);
        n_wide += worst > 8;
        free(small);
        free(exact);
        mere_paint_style_free(style);
        mere_painter_free(p);
    }
    mere_png_free(png);
}
TEST(a_palette_is_near_the_exact_picture_and_files_read_back)
{
    memset(n_by_channels, 0, sizeof n_by_channels);
    with_meshes(8, 2, palettes);
    CHECK(n_by_channels[1] > 0);
    CHECK(n_by_channels[4] > 0);
    CHECK(n_wide > 0);
}

TEST(too_many_colours_make_an_rgb_picture)
{
    const struct mesh_kind kind = {"many", 9 * 256, 40, 0, 256, 4000};
    struct mesh m = mesh_new(&kind, seed);
    struct mere_png *png = NULL;
    CHECK_INT(MERE_OK, mere_png_new(ctx, &png));
    struct mere_painter *p = new_painter(256);
    struct mere_paint_style *style = new_style(FILLS, 4000, LINES, 4);
    const struct mere_image *image = paint(p, style, &m, false, false);
    CHECK_INT(3, image->channels);
    compare_file(png, image);
    mere_paint_style_free(style);
    mesh_free(&m);
    mere_png_free(png);
    mere_painter_free(p);
}

TEST(colours_are_counted_and_256_are_still_a_palette)
{
    struct mere_painter *p = new_painter(256);
    struct mere_paint_style *style = new_style(FILLS, 4000, NULL, 0);
    bool met_256 = false, met_257 = false;
    for (uint32_t k = 0; k < 400 && !(met_256 && met_257); k++) {
        uint32_t n = 256 + k % 12;
        const struct mesh_kind squares = {"squares", 8 * 256, 32, 0, 8 * 256, n};
        struct mesh m = mesh_new(&squares, seed + k);
        mesh_move(&m, 128 * 256, 128 * 256);
        bool used[4000] = {false};
        size_t different = 0;
        for (int32_t y = 0; y < 32; y++)
            for (int32_t x = 0; x < 32; x++) {
                uint32_t fill = mesh_fill_at(&m, x * 2048 + 9, y * 2048 + 9);
                different += !used[fill];
                used[fill] = true;
            }
        const struct mere_image *image = paint(p, style, &m, false, false);
        CHECK_INT(different <= 256 ? 1 : 3, image->channels);
        if (image->channels == 1)
            CHECK_INT(different, image->n_colours);
        met_256 = met_256 || different == 256;
        met_257 = met_257 || different == 257;
        mesh_free(&m);
    }
    CHECK(met_256 && met_257);
    mere_paint_style_free(style);
    mere_painter_free(p);
}

TEST(any_bytes_are_packed_and_read_back)
{
    uint64_t rng = seed + 9;
    struct mere_png *png = NULL;
    CHECK_INT(MERE_OK, mere_png_new(ctx, &png));
    for (int k = 0; k < (long_run ? 1000 : 60); k++) {
        uint32_t size = k % 4 == 3 ? 512 : 256;
        struct mere_image image = {size, 1, 1 + size, NULL, 256, {{0, 0, 0, 0}}};
        uint8_t *rows = calloc(size * image.stride + MERE_IMAGE_PAD, 1);
        for (size_t i = 0; i < 256; i++)
            image.colours[i] = (struct mere_rgba){(uint8_t)i, (uint8_t)(i * 7), 3, 255};
        /* From noise to long runs to nothing at all; some values far more often than others. */
        uint64_t stay = mere_random(&rng) % 3 ? mere_random(&rng) % 1000 : 999;
        uint64_t above = mere_random(&rng) % 1000, values = 1 + mere_random(&rng) % 256;
        for (size_t i = 0; i < size * image.stride; i++) {
            uint64_t h = mere_random(&rng);
            uint64_t skew = (uint64_t)__builtin_ctzll(h >> 40 | (uint64_t)1 << 20) * values / 20;
            rows[i] = (uint8_t)((k % 2 ? skew : h >> 40) % values);
            if (i > 0 && h % 1000 < stay)
                rows[i] = rows[i - 1];
            else if (i > size && (h >> 10) % 1000 < above)
                rows[i] = rows[i - image.stride];
            if (i % image.stride == 0)
                rows[i] = 0;
        }
        image.rows = rows;
        compare_file(png, &image);
        free(rows);
    }
    mere_png_free(png);
}

/* Where a table made with pow() could round the other way, and the bytes of some pictures. */
TEST(pictures_are_the_same_on_every_machine)
{
    for (int i = 0; i < 4096; i++) {
        double l = (i + 0.5) / 4096;
        double s = 255 * (l <= 0.0031308 ? l * 12.92 : 1.055 * pow(l, 1 / 2.4) - 0.055);
        CHECK(fabs(s - floor(s) - 0.5) > 1e-9);
    }
    for (int i = 0; i < 256; i++) {
        double s = i / 255.0, l = s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4);
        CHECK(fabs(l * 32767 - floor(l * 32767) - 0.5) > 1e-9);
    }
    struct mere_sha256 hash;
    struct mere_png *png = NULL;
    char hex[65];
    mere_sha256_init(&hash);
    CHECK_INT(MERE_OK, mere_png_new(ctx, &png));
    uint64_t rng = 11;
    for (size_t k = 0; k < MERE_LEN(KINDS); k++) {
        struct mesh m = any_mesh(&KINDS[k], &rng);
        struct mere_painter *p = new_painter(256);
        struct mere_paint_style *style = new_style(FILLS, 40, LINES, 4);
        struct mere_bytes file = {NULL, 0};
        const struct mere_image *image = paint(p, style, &m, true, true);
        mere_sha256_add(&hash, image->rows, image->size * image->stride);
        image = paint(p, style, &m, true, false);
        CHECK_INT(MERE_OK, mere_png_write(ctx, png, image, &file));
        if (image->channels == 1)
            mere_sha256_add(&hash, file.v, file.n);
        mere_paint_style_free(style);
        mere_painter_free(p);
        mesh_free(&m);
    }
    mere_png_free(png);
    mere_sha256_hex(&hash, hex);
    CHECK_STR("f8811f5975629f475652161e641ed72afc52ecb7d5b1cf62d16e35185c14a0bc", hex);
}

/* ---- looking and timing ---- */

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}
static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static void time_mesh(const struct mesh_kind *kind, uint32_t size)
{
    enum { RUNS = 400 };
    struct mesh m = mesh_new(kind, seed);
    mesh_move(&m, (int32_t)size * 128 + 77, (int32_t)size * 128 + 33);
    struct mere_png *png = NULL;
    struct mere_painter *p = new_painter(size);
    struct mere_paint_style *style = new_style(FILLS, 7, LINES, 4);
    double fill[RUNS], line[RUNS], sweep[RUNS], pack[RUNS];
    uint32_t corner = mesh_fill_at(&m, 0, 0);
    struct mere_bytes file = {NULL, 0};
    size_t colours = 0, vertices = 0;
    for (size_t i = 0; i < m.n_arcs; i++)
        vertices += m.arcs[i].n;
    CHECK_INT(MERE_OK, mere_png_new(ctx, &png));
    for (int k = 0; k < RUNS; k++) {
        const struct mere_image *image = NULL;
        double t0 = now_us();
        CHECK_INT(MERE_OK, mere_paint_begin(ctx, p, style, corner));
        for (size_t i = 0; i < m.n_arcs; i++)
            CHECK_INT(MERE_OK, add_arc(p, &m.arcs[i], m.arcs[i].left, m.arcs[i].right, -1));
        double t1 = now_us();
        for (size_t i = 0; i < m.n_arcs; i++)
            CHECK_INT(MERE_OK, add_arc(p, &m.arcs[i], 0, 0, m.arcs[i].rank));
        double t2 = now_us();
        CHECK_INT(MERE_OK, mere_paint_end(ctx, p, false, &image));
        double t3 = now_us();
        CHECK_INT(MERE_OK, mere_png_write(ctx, png, image, &file));
        double t4 = now_us();
        colours = image->n_colours;
        fill[k] = t1 - t0, line[k] = t2 - t1, sweep[k] = t3 - t2, pack[k] = t4 - t3;
    }
    double *part[] = {fill, line, sweep, pack}, all = 0;
    printf("%s, %u px, %zu vertices, %zu colours, %zu B, us:", kind->name, size, vertices, colours,
           file.n);
    for (int i = 0; i < 4; i++) {
        qsort(part[i], RUNS, sizeof *part[i], compare_doubles);
        printf(" %s %.1f", (const char *[]){"fill", "lines", "sweep", "png"}[i], part[i][RUNS / 2]);
        all += part[i][RUNS / 2];
    }
    printf(" all %.1f\n", all);
    mere_paint_style_free(style);
    mere_painter_free(p);
    mere_png_free(png);
    mesh_free(&m);
}
static const struct mesh_kind TIMED[] = {{"60 zones", 33 * 256, 8, 4, 1, 7},
                                         {"16 zones", 64 * 256, 4, 8, 1, 7},
                                         {"4 zones", 128 * 256, 4, 8, 1, 7},
                                         {"1,000 zones", 8 * 256, 32, 2, 1, 7}};

static void draw(const char *folder)
{
    struct mere_png *png = NULL;
    CHECK_INT(MERE_OK, mere_png_new(ctx, &png));
    for (size_t k = 0; k < MERE_LEN(TIMED) * 2; k++) {
        struct mesh m = mesh_new(&TIMED[k / 2], seed);
        mesh_move(&m, 128 * 256 + 77, 128 * 256 + 33);
        struct mere_painter *p = new_painter(256);
        struct mere_paint_style *style = new_style(FILLS, 7, LINES, 4);
        struct mere_bytes file = {NULL, 0};
        char name[4096];
        snprintf(name, sizeof name, "%s/%zu-%s.png", folder, k / 2, k % 2 ? "exact" : "palette");
        CHECK_INT(MERE_OK, mere_png_write(ctx, png, paint(p, style, &m, true, k % 2), &file));
        FILE *f = fopen(name, "wb");
        if (f) {
            fwrite(file.v, 1, file.n, f);
            fclose(f);
        }
        mere_paint_style_free(style);
        mere_painter_free(p);
        mesh_free(&m);
    }
    mere_png_free(png);
}

static void make_fills(void)
{
    uint64_t rng = 4;
    for (size_t i = 0; i < MERE_LEN(FILLS); i++) {
        uint64_t h = mere_random(&rng);
        int32_t pale = i < 40 ? 2 : 1;
        FILLS[i] = (struct mere_rgba){(uint8_t)(255 - (h & 255) / (uint64_t)pale),
                                      (uint8_t)(255 - (h >> 8 & 255) / (uint64_t)pale),
                                      (uint8_t)(255 - (h >> 16 & 255) / (uint64_t)pale), 255};
    }
}

int main(int argc, char **argv)
{
    ctx = mere_ctx_new();
    make_fills();
    if (argc == 2 && strcmp(argv[1], "--time") == 0) {
        for (size_t k = 0; k < MERE_LEN(TIMED); k++)
            time_mesh(&TIMED[k], 256);
        time_mesh(&TIMED[0], 512);
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "--draw") == 0) {
        draw(argv[2]);
        return 0;
    }
    long_run = check_amount(argc, argv, &seed);
    RUN(arcs_and_the_same_with_sides_swapped_leave_one_colour_everywhere);
    RUN(zones_of_one_colour_make_a_picture_of_one_colour);
    RUN(covers_sum_to_the_zones_areas);
    RUN(a_pixel_in_one_zone_has_exactly_its_colour);
    RUN(a_pixel_is_the_same_in_every_window_that_holds_it);
    RUN(order_and_direction_of_the_arcs_change_no_byte);
    RUN(a_line_covers_what_its_distance_says);
    RUN(a_palette_is_near_the_exact_picture_and_files_read_back);
    RUN(too_many_colours_make_an_rgb_picture);
    RUN(colours_are_counted_and_256_are_still_a_palette);
    RUN(pictures_are_the_same_on_every_machine);
    RUN(any_bytes_are_packed_and_read_back);
    mere_ctx_free(ctx);
    return done();
}
