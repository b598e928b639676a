/* import_tell.c - what an import says: for a person, and as JSON for the store's record. */
#include "io/import_priv.h"
#include <stdio.h>
#include <string.h>

/* Warnings and rejects told in the report; all are counted, and all stand in the store's record. */
#define SHOWN 20
#define SHOWN_ZONES 5 /* of each kind of note */
#define MAX_NOTES 16  /* kinds of notes; there are ten */

void mere_import_findings_json(struct mere_import_work *w, struct mere_text *json)
{
    mere_text_add(json, "[");
    for (size_t i = 0; i < w->report->n_findings; i++) {
        const struct mere_import_finding *f = &w->report->findings[i];
        mere_text_addf(json, "%s{\"rule\":", i ? "," : "");
        mere_json_string(json, f->rule);
        mere_text_add(json, ",\"zone\":");
        mere_json_string(json, f->zone);
        if (f->feature)
            mere_text_addf(json, ",\"feature\":%llu", (unsigned long long)f->feature);
        if (f->has_place)
            mere_text_addf(json, ",\"lon\":%.7f,\"lat\":%.7f", f->at.lon, f->at.lat);
        mere_text_addf(json, ",\"person\":%s,\"zh\":", f->person ? "true" : "false");
        mere_json_string(json, f->zh);
        mere_text_add(json, ",\"en\":");
        mere_json_string(json, f->text);
        mere_text_add(json, "}");
    }
    for (size_t i = 0; i < w->source->features.n; i++) {
        if (!w->reject[i])
            continue;
        mere_text_addf(json,
                       "%s{\"rule\":\"rejected\",\"zone\":null,\"feature\":%zu,\"person\":true"
                       ",\"zh\":",
                       json->len > 1 ? "," : "", i + 1);
        mere_json_string(json, mere_import_reason(w, i, true));
        mere_text_add(json, ",\"en\":");
        mere_json_string(json, mere_import_reason(w, i, false));
        mere_text_add(json, "}");
    }
    mere_text_add(json, "]");
}

#define SAY(...) MERE_WORDS(&w->report->said, w->zh, __VA_ARGS__)

/* A number with its digits behind the point, in the arena; NULL without memory. */
static const char *decimal(struct mere_import_work *w, const char *unit, int digits, double v)
{
    char buf[64];
    int n = digits < 0 ? snprintf(buf, sizeof buf, "%g%s", v, unit)
                       : snprintf(buf, sizeof buf, "%.*f%s", digits, v, unit);
    return mere_arena_text(&w->arena, buf, (size_t)n);
}

static void tell_place(struct mere_import_work *w)
{
    const struct mere_place *place = &w->place;
    const struct mere_crs_info *info = place->info;
    const char *name = info->name ? info->name : mere_words(w->zh, "unnamed");
    const char *from = mere_words(w->zh, place->crs_from);
    if (info->epsg)
        SAY("  crs       {0} ({1}, {2} %), from {3}\n", name, info->epsg,
            mere_import_number(w, (uint64_t)info->confidence), from);
    else
        SAY("  crs       {0} (no EPSG code matches; used as stated), from {1}\n", name, from);
    const char *rule =
        mere_words(w->zh, "; CGCS2000 and WGS 84 count as one datum (merestone's own rule)");
    if (place->identity)
        SAY("  operation none: degrees are taken as they are{0}\n", info->cgcs2000 ? rule : "");
    else
        SAY("  operation {0}, accuracy {1}{2}\n",
            info->operation ? info->operation : mere_words(w->zh, "unnamed"),
            info->accuracy_m >= 0 ? decimal(w, w->zh ? "米" : " m", -1, info->accuracy_m)
                                  : mere_words(w->zh, "not stated"),
            info->own_rule ? rule : "");
    if (info->own_shift)
        mere_text_add(&w->report->said,
                      mere_words(w->zh,
                                 "            the way to WGS 84 is the CRS's own (its TOWGS84 "
                                 "parameters); nobody vouches for their accuracy: compare "
                                 "with a place that you know\n"));
    SAY("  datum     {0}: {1}{2}\n", mere_datum_word(place->datum),
        mere_words(w->zh, place->datum_why),
        place->datum > MERE_DATUM_WGS84
            ? mere_words(w->zh, "; brought to WGS 84 by the inverse of the published formula")
            : "");
}

/* A field that looks like a role that no option and no rule gave it. */
static void tell_guess(struct mere_import_work *w, const struct mere_source_field *field)
{
    enum mere_field_role role = mere_field_guess(field->name, field->name_cut);
    if (role <= MERE_FIELD_NAME || role >= MERE_FIELD_ROLES || w->roles.field[role] != MERE_UNKNOWN)
        return;
    struct mere_text option = {0};
    if (role == MERE_FIELD_PARENT)
        mere_text_addf(&option, "parent %s", field->name);
    else
        mere_text_addf(&option, "attr %s=%s", mere_field_role_word(role), field->name);
    SAY("            field {0} looks like {1}: --{2} takes it\n", field->name,
        mere_field_role_word(role), mere_text_str(&option));
    w->report->said.failed = w->report->said.failed || option.failed;
    mere_text_clear(&option);
}

static void tell_fields(struct mere_import_work *w, bool reference)
{
    struct mere_text list = {0};
    for (int r = 0; r < MERE_FIELD_ROLES; r++) {
        int field = w->roles.field[r];
        if (field == MERE_UNKNOWN)
            continue;
        const char *word = mere_field_role_word((enum mere_field_role)r);
        const char *name =
            field >= 0 ? w->source->fields[field].name : mere_words(w->zh, "the feature's number");
        mere_text_add(&list, list.len ? mere_words(w->zh, ", ") : "");
        if (w->roles.recognised[r])
            MERE_WORDS(&list, w->zh, "{0} = {1} (recognised)", word, name);
        else
            mere_text_addf(&list, "%s = %s", word, name);
    }
    mere_text_add(&list, list.len ? mere_words(w->zh, "; ") : "");
    MERE_WORDS(&list, w->zh, "{0} kept as they are", mere_import_number(w, w->n_free));
    for (size_t c = 0; c < w->n_free; c++)
        mere_text_addf(&list, "%s%s", mere_words(w->zh, c ? ", " : ": "), w->free[c].name);
    SAY("  fields    {0}\n", mere_text_str(&list));
    w->report->said.failed = w->report->said.failed || list.failed;
    mere_text_clear(&list);
    for (size_t c = 0; c < w->n_free && !reference; c++)
        tell_guess(w, &w->source->fields[w->free[c].field]);
}

/* "1 zone", "2 zones"; in Chinese the number alone, for the sentence has the word. */
static const char *count_of(struct mere_import_work *w, uint64_t n, const char *one,
                            const char *many)
{
    const char *number = mere_import_number(w, n);
    struct mere_text t = {0};
    if (w->zh)
        return number;
    mere_text_addf(&t, "%s %s", number, n == 1 ? one : many);
    w->report->said.failed = w->report->said.failed || t.failed;
    const char *ret = mere_arena_text(&w->arena, mere_text_str(&t), t.len);
    mere_text_clear(&t);
    return ret ? ret : number;
}

static void tell_noding(struct mere_import_work *w)
{
    const struct mere_import_report *report = w->report;
    SAY("  noding    tolerance {0} m: {1} merged, {2} put into a neighbour's border, {3}; largest "
        "shift {4} m; {5} added where the transformation bends an edge\n",
        decimal(w, "", -1, w->options->tolerance_m),
        count_of(w, report->n_merged, "point", "points"), mere_import_number(w, report->n_inserted),
        count_of(w, report->n_crossings, "crossing", "crossings"),
        decimal(w, "", 4, report->max_shift_m),
        count_of(w, report->n_densified, "vertex", "vertices"));
}

static const char *words_of(const struct mere_import_work *w, const struct mere_import_finding *f)
{
    return w->zh ? f->zh : f->text;
}

static size_t tell_warnings(struct mere_import_work *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->report->n_findings; i++) {
        const struct mere_import_finding *f = &w->report->findings[i];
        if (!f->person || n++ >= SHOWN)
            continue;
        struct mere_text what = {0};
        mere_text_addf(&what, "%s%s%s", f->rule, f->zone ? " " : "", f->zone ? f->zone : "");
        SAY("  warning   {0}: {1}\n", mere_text_str(&what), words_of(w, f));
        w->report->said.failed = w->report->said.failed || what.failed;
        mere_text_clear(&what);
    }
    return n;
}

struct note {
    const char *rule, *text;
    size_t n;
    const char *zones[SHOWN_ZONES];
};

/* Add a finding to the notes of its rule; there are fewer kinds of notes than room. */
static void add_note(const struct mere_import_work *w, struct note notes[MAX_NOTES],
                     const struct mere_import_finding *f)
{
    size_t k = 0;
    while (k < MAX_NOTES && notes[k].rule && strcmp(notes[k].rule, f->rule) != 0)
        k++;
    if (k == MAX_NOTES)
        return;
    notes[k].rule = f->rule;
    notes[k].text = words_of(w, f);
    if (notes[k].n < SHOWN_ZONES)
        notes[k].zones[notes[k].n] = f->zone ? f->zone : "-";
    notes[k].n++;
}

/* Notes need nobody: one line a rule, with the first zones. */
static void tell_notes(struct mere_import_work *w)
{
    struct mere_text *said = &w->report->said;
    struct note notes[MAX_NOTES] = {0};
    for (size_t i = 0; i < w->report->n_findings; i++)
        if (!w->report->findings[i].person)
            add_note(w, notes, &w->report->findings[i]);
    for (size_t k = 0; k < MAX_NOTES && notes[k].rule; k++) {
        SAY("  note      {0}: {1}:", notes[k].rule, notes[k].text);
        for (size_t z = 0; z < notes[k].n && z < SHOWN_ZONES; z++)
            mere_text_addf(said, " %s", notes[k].zones[z]);
        if (notes[k].n > SHOWN_ZONES)
            SAY(" and {0} more", mere_import_number(w, notes[k].n - SHOWN_ZONES));
        mere_text_add(said, "\n");
    }
}

static void tell_findings(struct mere_import_work *w)
{
    size_t n = tell_warnings(w);
    if (n > SHOWN)
        SAY("            and {0}; all stand in the store's record\n",
            count_of(w, n - SHOWN, "more warning", "more warnings"));
    tell_notes(w);
    size_t shown = 0;
    for (size_t i = 0; i < w->source->features.n && shown < SHOWN; i++) {
        if (!w->reject[i])
            continue;
        SAY("  rejected  feature {0}: {1}\n", mere_import_number(w, i + 1),
            mere_import_reason(w, i, w->zh));
        shown++;
    }
    if (w->report->n_rejected <= SHOWN)
        return;
    const char *more = count_of(w, w->report->n_rejected - SHOWN, "more reject", "more rejects");
    if (w->options->reject_path)
        SAY("            and {0}\n", more);
    else
        SAY("            and {0}; --reject FILE lists them all\n", more);
}

static void tell_what(struct mere_import_work *w, bool reference)
{
    const struct mere_layer *layer = &w->layer;
    const struct mere_source *source = w->source;
    if (reference) {
        SAY("imported {0}, layer {1} ({2}), as reference {3}\n", source->path, source->layer,
            source->driver, w->options->scheme);
        return;
    }
    const char *parent = mere_parent_scheme(w->schemes, w->n_schemes, layer);
    SAY("imported {0}, layer {1} ({2}), as scheme {3}: role {4}, {5}, parent scheme {6}\n",
        source->path, source->layer, source->driver, layer->name, mere_role_word(layer->role),
        mere_words(w->zh, layer->covering ? "covering" : "not covering"),
        parent ? parent : mere_words(w->zh, "none"));
    const struct mere_import_options *options = w->options;
    if (w->before && (!options->role || !options->covering || !options->parent_scheme))
        mere_text_add(&w->report->said,
                      mere_words(w->zh,
                                 "            what of these no option states is as it was in "
                                 "the scheme that it replaces\n"));
}

void mere_import_tell(struct mere_import_work *w, bool reference)
{
    const struct mere_import_report *report = w->report;
    const struct mere_encoding *encoding = &w->encoding;
    tell_what(w, reference);
    tell_place(w);
    SAY("  encoding  {0}: {1}\n", encoding->name, mere_words(w->zh, encoding->why));
    if (encoding->note)
        mere_text_addf(&w->report->said, "            %s\n",
                       w->zh ? encoding->note_zh : encoding->note);
    tell_fields(w, reference);
    if (w->x != MERE_UNKNOWN)
        SAY("            the place of a row is in the columns {0} (longitude) and {1} (latitude), "
            "recognised by their names\n",
            w->source->fields[w->x].name, w->source->fields[w->y].name);
    if (!reference)
        tell_noding(w);
    if (w->source->n_warnings)
        SAY("  reading   {0} of GDAL, the first: {1}\n",
            count_of(w, w->source->n_warnings, "warning", "warnings"),
            w->source->warning ? w->source->warning : "");
    const char *n = mere_import_number(w, report->n_features);
    const char *used = mere_import_number(w, report->n_used);
    const char *rejected = mere_import_number(w, report->n_rejected);
    if (reference)
        SAY("  features  {0} = {1} used + {2} rejected\n", n, used, rejected);
    else
        SAY("  features  {0} = {1} used + {2} rejected; {3}\n", n, used, rejected,
            count_of(w, report->n_zones, "zone", "zones"));
    tell_findings(w);
}
