#include "base/text.h"
#include "cli/commands.h"
#include "net/zones.h"
#include <inttypes.h>
#include <string.h>

struct list_values {
    const char *scheme, *format;
};
static const struct mere_option OPTIONS[] = {
    {.name = "scheme",
     .arg = "NAME",
     .kind = MERE_OPT_TEXT,
     .required = true,
     .at = offsetof(struct list_values, scheme),
     .help = "the scheme whose zones are listed"},
    {.name = "format",
     .arg = "text|csv|json",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct list_values, format),
     .help = "text is for reading (rounded); csv and json hold all digits; default text"},
};

/* One list being written. */
struct list {
    const struct mere_scheme *scheme;
    struct mere_zone_measures measures;
    int64_t generation;
    FILE *out;
};

/* ---- text: the name stands last, so that its width, double in Chinese, moves no column ------- */

static int longest(const struct mere_scheme *scheme, bool parent)
{
    size_t most = parent ? strlen("parent") : strlen("code");
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const char *s = parent ? scheme->zones[z].parent : scheme->zones[z].code;
        if (s && strlen(s) > most)
            most = strlen(s);
    }
    return most < 40 ? (int)most : 40;
}

/* Control characters would break the table. */
static void put_clean(FILE *out, const char *s)
{
    for (; *s; s++)
        fputc((unsigned char)*s < ' ' ? ' ' : *s, out);
}

static void put_count(FILE *out, int64_t n)
{
    if (n == MERE_UNKNOWN)
        fprintf(out, "  %8s", "-");
    else
        fprintf(out, "  %8" PRId64, n);
}

static void write_text(const struct list *list)
{
    const struct mere_scheme *scheme = list->scheme;
    const struct mere_zone_measures *m = &list->measures;
    FILE *out = list->out;
    int code = longest(scheme, false), parent = longest(scheme, true);
    double total = 0;
    fprintf(out, "%-*s  %-*s  parts  %14s  %12s  %7s  %8s  %8s  name\n", code, "code", parent,
            "parent", "area m2", "perimeter m", "compact", "homes", "persons");
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const struct mere_zone *zone = &scheme->zones[z];
        fprintf(out, "%-*s  %-*s  %5d  %14.1f  %12.1f  %7.3f", code, zone->code, parent,
                zone->parent ? zone->parent : "-", m->n_parts[z], m->area_m2[z], m->perimeter_m[z],
                m->polsby_popper[z]);
        put_count(out, zone->households);
        put_count(out, zone->persons);
        fputs("  ", out);
        put_clean(out, zone->name);
        fputc('\n', out);
        total += m->area_m2[z];
    }
    fprintf(out, "%d zone%s, %.1f m2; generation %" PRId64 "\n", scheme->n_zones,
            scheme->n_zones == 1 ? "" : "s", total, list->generation);
}

/* ---- csv --------------------------------------------------------------------------------------
 */

static void csv_field(struct mere_text *t, const char *s)
{
    if (!s || s[strcspn(s, ",\"\r\n")] == '\0') {
        mere_text_add(t, s ? s : "");
        return;
    }
    mere_text_add(t, "\"");
    for (; *s; s++)
        mere_text_add(t, *s == '"' ? "\"\"" : (char[]){*s, '\0'});
    mere_text_add(t, "\"");
}

static void csv_number(struct mere_text *t, double v)
{
    char buf[32];
    mere_text_addf(t, ",%s", mere_double_text(v, buf));
}

static void csv_count(struct mere_text *t, int64_t n)
{
    mere_text_add(t, ",");
    if (n != MERE_UNKNOWN)
        mere_text_addf(t, "%" PRId64, n);
}

static void csv_head(const struct list *list, struct mere_text *t)
{
    mere_text_add(t,
                  "code,name,parent,kind,parts,area_m2,perimeter_m,compactness,households,persons");
    for (size_t c = 0; c < list->scheme->n_columns; c++) {
        mere_text_add(t, ",");
        csv_field(t, list->scheme->columns[c].name);
    }
    mere_text_add(t, "\n");
}

static void csv_zone(const struct list *list, struct mere_text *t, int32_t z)
{
    const struct mere_zone *zone = &list->scheme->zones[z];
    const struct mere_zone_measures *m = &list->measures;
    const char *texts[] = {zone->code, zone->name, zone->parent, zone->kind};
    for (size_t i = 0; i < MERE_LEN(texts); i++) {
        mere_text_add(t, i ? "," : "");
        csv_field(t, texts[i]);
    }
    mere_text_addf(t, ",%d", m->n_parts[z]);
    csv_number(t, m->area_m2[z]);
    csv_number(t, m->perimeter_m[z]);
    csv_number(t, m->polsby_popper[z]);
    csv_count(t, zone->households);
    csv_count(t, zone->persons);
    for (size_t c = 0; c < list->scheme->n_columns; c++) {
        mere_text_add(t, ",");
        csv_field(t, zone->attrs[c]);
    }
    mere_text_add(t, "\n");
}

/* ---- json -------------------------------------------------------------------------------------
 */

static void json_key(struct mere_text *t, const char *key)
{
    mere_text_add(t, ",");
    mere_json_string(t, key);
    mere_text_add(t, ":");
}

static void json_count(struct mere_text *t, const char *key, int64_t n)
{
    json_key(t, key);
    if (n == MERE_UNKNOWN)
        mere_text_add(t, "null");
    else
        mere_text_addf(t, "%" PRId64, n);
}

static void json_attr(struct mere_text *t, enum mere_attr_type type, const char *s)
{
    double v;
    if (!s || type == MERE_ATTR_TEXT || !mere_cli_number(s, &v))
        mere_json_string(t, s);
    else if (type == MERE_ATTR_INT)
        mere_text_add(t, s);
    else
        mere_json_double(t, v);
}

static void json_zone(const struct list *list, struct mere_text *t, int32_t z)
{
    const struct mere_zone *zone = &list->scheme->zones[z];
    const struct mere_zone_measures *m = &list->measures;
    mere_text_add(t, z ? ",\n{\"code\":" : "\n{\"code\":");
    mere_json_string(t, zone->code);
    json_key(t, "name");
    mere_json_string(t, zone->name);
    json_key(t, "parent");
    mere_json_string(t, zone->parent);
    json_key(t, "kind");
    mere_json_string(t, zone->kind);
    mere_text_addf(t, ",\"parts\":%d", m->n_parts[z]);
    json_key(t, "area_m2");
    mere_json_double(t, m->area_m2[z]);
    json_key(t, "perimeter_m");
    mere_json_double(t, m->perimeter_m[z]);
    json_key(t, "compactness");
    mere_json_double(t, m->polsby_popper[z]);
    json_count(t, "households", zone->households);
    json_count(t, "persons", zone->persons);
    mere_text_add(t, ",\"attributes\":{");
    for (size_t c = 0; c < list->scheme->n_columns; c++) {
        mere_text_add(t, c ? "," : "");
        mere_json_string(t, list->scheme->columns[c].name);
        mere_text_add(t, ":");
        json_attr(t, list->scheme->columns[c].type, zone->attrs[c]);
    }
    mere_text_add(t, "}}");
}

static enum mere_status write_data(struct mere_cli *cli, const struct list *list, bool json)
{
    enum { FLUSH = 1 << 16 };
    struct mere_text t = {0};
    if (json)
        mere_text_addf(&t, "{\"generation\":%" PRId64 ",\"zones\":[", list->generation);
    else
        csv_head(list, &t);
    for (int32_t z = 0; z < list->scheme->n_zones; z++) {
        if (json)
            json_zone(list, &t, z);
        else
            csv_zone(list, &t, z);
        if (t.len >= FLUSH && !t.failed) {
            fwrite(t.s, 1, t.len, list->out);
            t.len = 0;
        }
    }
    mere_text_add(&t, json ? "\n]}\n" : "");
    bool failed = t.failed;
    if (!failed)
        fwrite(mere_text_str(&t), 1, t.len, list->out);
    mere_text_clear(&t);
    return failed ? mere_fail_nomem(cli->ctx, "writing the list") : MERE_OK;
}

static enum mere_status list_zones(struct mere_cli *cli, const struct list_values *v)
{
    struct mere_net *net;
    struct list list = {.out = cli->out};
    const char *format = v->format ? v->format : "text";
    MERE_TRY(mere_cli_load_scheme(cli, cli->args[0], v->scheme, &net, &list.generation));
    list.scheme = &net->schemes[0];
    enum mere_status status = mere_zones_measure(cli->ctx, net, 0, &cli->arena, &list.measures);
    if (status == MERE_OK) {
        mere_cli_bar_clear(cli);
        if (strcmp(format, "text") == 0)
            write_text(&list);
        else
            status = write_data(cli, &list, strcmp(format, "json") == 0);
    }
    mere_net_free(net);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    return mere_cli_fail(cli, list_zones(cli, values));
}

const struct mere_command mere_cmd_list = {
    .name = "list",
    .synopsis = "STORE --scheme NAME [--format text|csv|json]",
    .summary = "list the zones of a scheme with their measures and attributes",
    .details =
        "Areas are on the ellipsoid, in square metres, with overlaps counted for every claimant;\n"
        "perimeters are sums of geodesics, in metres; compactness is Polsby-Popper, 4 pi A / P^2: "
        "1 for\n"
        "a circle. Zones stand in the order of their codes.",
    .example = "  merestone list binjiang.gpkg --scheme grid --format csv > grids.csv",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct list_values),
    .run = run,
};
