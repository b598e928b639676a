/* import_tell.c - what an import says: for a person, and as JSON for the store's record. */
#include "io/import_priv.h"
#include <string.h>

/* Warnings and rejects told in the report; all are counted, and all stand in the store's record. */
#define SHOWN 20
#define SHOWN_ZONES 5 /* of each kind of note */
#define MAX_NOTES 16  /* kinds of notes; there are nine */

void mere_import_findings_json(const struct mere_import_work *w, struct mere_text *json)
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
        mere_text_addf(json, ",\"person\":%s,\"en\":", f->person ? "true" : "false");
        mere_json_string(json, f->text);
        mere_text_add(json, "}");
    }
    for (size_t i = 0; i < w->source->features.n; i++) {
        if (!w->reject[i])
            continue;
        mere_text_addf(json,
                       "%s{\"rule\":\"rejected\",\"zone\":null,\"feature\":%zu,\"person\":true"
                       ",\"en\":",
                       json->len > 1 ? "," : "", i + 1);
        mere_json_string(json, w->reject[i]);
        mere_text_add(json, "}");
    }
    mere_text_add(json, "]");
}

static void tell_place(const struct mere_import_work *w, struct mere_text *said)
{
    const struct mere_place *place = &w->place;
    const struct mere_crs_info *info = place->info;
    mere_text_addf(said, "  crs       %s", info->name ? info->name : "unnamed");
    if (info->epsg)
        mere_text_addf(said, " (%s, %d %%)", info->epsg, info->confidence);
    else
        mere_text_add(said, " (no EPSG code matches; used as stated)");
    mere_text_addf(said, ", from %s\n  operation ", place->crs_from);
    if (place->identity) {
        mere_text_addf(said, "none: degrees are taken as they are%s\n",
                       info->cgcs2000 ? "; CGCS2000 and WGS 84 count as one datum (merestone's own "
                                        "rule)"
                                      : "");
    } else {
        mere_text_addf(said, "%s, accuracy ", info->operation ? info->operation : "unnamed");
        if (info->accuracy_m >= 0)
            mere_text_addf(said, "%g m", info->accuracy_m);
        else
            mere_text_add(said, "not stated");
        mere_text_addf(said, "%s\n",
                       info->own_rule ? "; CGCS2000 and WGS 84 count as one datum (merestone's own "
                                        "rule)"
                                      : "");
    }
    mere_text_addf(said, "  datum     %s: %s%s\n", mere_datum_word(place->datum), place->datum_why,
                   place->datum > MERE_DATUM_WGS84
                       ? "; brought to WGS 84 by the inverse of the published formula"
                       : "");
}

static void tell_fields(const struct mere_import_work *w, struct mere_text *said)
{
    const char *comma = "";
    mere_text_add(said, "  fields    ");
    for (int r = 0; r < MERE_FIELD_ROLES; r++) {
        int field = w->roles.field[r];
        if (field == MERE_UNKNOWN)
            continue;
        mere_text_addf(said, "%s%s = %s%s", comma, mere_field_role_word((enum mere_field_role)r),
                       field >= 0 ? w->source->fields[field].name : "the feature's number",
                       w->roles.recognised[r] ? " (recognised)" : "");
        comma = ", ";
    }
    mere_text_addf(said, "%s", *comma ? "; " : "");
    mere_text_addf(said, "%zu kept as they are%s", w->n_free, w->n_free ? ":" : "");
    for (size_t c = 0; c < w->n_free; c++)
        mere_text_addf(said, "%s %s", c ? "," : "", w->free[c].name);
    mere_text_add(said, "\n");
    for (size_t c = 0; c < w->n_free; c++) {
        const struct mere_source_field *field = &w->source->fields[w->free[c].field];
        enum mere_field_role role = mere_field_guess(field->name, field->name_cut);
        if (role > MERE_FIELD_NAME && role < MERE_FIELD_ROLES &&
            w->roles.field[role] == MERE_UNKNOWN)
            mere_text_addf(said, "            field %s looks like %s: --%s%s%s takes it\n",
                           field->name, mere_field_role_word(role),
                           role == MERE_FIELD_PARENT ? "parent " : "attr ",
                           role == MERE_FIELD_PARENT       ? ""
                           : role == MERE_FIELD_KIND       ? "kind="
                           : role == MERE_FIELD_HOUSEHOLDS ? "households="
                                                           : "persons=",
                           field->name);
    }
}

static void tell_noding(const struct mere_import_work *w, struct mere_text *said)
{
    const struct mere_import_report *report = w->report;
    mere_text_addf(said,
                   "  noding    tolerance %g m: %llu points merged, %llu put into a neighbour's "
                   "border, %llu crossings; largest shift %.4f m; %llu vertices added where the "
                   "transformation bends an edge\n",
                   w->options->tolerance_m, (unsigned long long)report->n_merged,
                   (unsigned long long)report->n_inserted, (unsigned long long)report->n_crossings,
                   report->max_shift_m, (unsigned long long)report->n_densified);
}

static size_t tell_warnings(const struct mere_import_work *w, struct mere_text *said)
{
    size_t n = 0;
    for (size_t i = 0; i < w->report->n_findings; i++) {
        const struct mere_import_finding *f = &w->report->findings[i];
        if (!f->person || n++ >= SHOWN)
            continue;
        mere_text_addf(said, "  warning   %s%s%s: %s\n", f->rule, f->zone ? " " : "",
                       f->zone ? f->zone : "", f->text);
    }
    return n;
}

struct note {
    const char *rule, *text;
    size_t n;
    const char *zones[SHOWN_ZONES];
};

/* Add a finding to the notes of its rule; there are fewer kinds of notes than room. */
static void add_note(struct note notes[MAX_NOTES], const struct mere_import_finding *f)
{
    size_t k = 0;
    while (k < MAX_NOTES && notes[k].rule && strcmp(notes[k].rule, f->rule) != 0)
        k++;
    if (k == MAX_NOTES)
        return;
    notes[k].rule = f->rule;
    notes[k].text = f->text;
    if (notes[k].n < SHOWN_ZONES)
        notes[k].zones[notes[k].n] = f->zone ? f->zone : "-";
    notes[k].n++;
}

/* Notes need nobody: one line a rule, with the first zones. */
static void tell_notes(const struct mere_import_work *w, struct mere_text *said)
{
    struct note notes[MAX_NOTES] = {0};
    for (size_t i = 0; i < w->report->n_findings; i++)
        if (!w->report->findings[i].person)
            add_note(notes, &w->report->findings[i]);
    for (size_t k = 0; k < MAX_NOTES && notes[k].rule; k++) {
        mere_text_addf(said, "  note      %s: %s:", notes[k].rule, notes[k].text);
        for (size_t z = 0; z < notes[k].n && z < SHOWN_ZONES; z++)
            mere_text_addf(said, " %s", notes[k].zones[z]);
        if (notes[k].n > SHOWN_ZONES)
            mere_text_addf(said, " and %zu more", notes[k].n - SHOWN_ZONES);
        mere_text_add(said, "\n");
    }
}

static void tell_findings(const struct mere_import_work *w, struct mere_text *said)
{
    size_t n = tell_warnings(w, said);
    if (n > SHOWN)
        mere_text_addf(said, "            and %zu more warnings; all stand in the store's record\n",
                       n - SHOWN);
    tell_notes(w, said);
    size_t shown = 0;
    for (size_t i = 0; i < w->source->features.n && shown < SHOWN; i++) {
        if (!w->reject[i])
            continue;
        mere_text_addf(said, "  rejected  feature %zu: %s\n", i + 1, w->reject[i]);
        shown++;
    }
    if (w->report->n_rejected > SHOWN)
        mere_text_addf(said, "            and %zu more rejects%s\n", w->report->n_rejected - SHOWN,
                       w->options->reject_path ? "" : "; --reject FILE lists them all");
}

void mere_import_tell(struct mere_import_work *w, bool reference)
{
    const struct mere_import_report *report = w->report;
    const struct mere_layer *layer = &w->layer;
    struct mere_text *said = &w->report->said;
    const char *parent = mere_parent_scheme(w->schemes, w->n_schemes, layer);
    mere_text_addf(said, "imported %s, layer %s (%s), as ", w->source->path, w->source->layer,
                   w->source->driver);
    if (reference)
        mere_text_addf(said, "reference %s\n", w->options->scheme);
    else
        mere_text_addf(said, "scheme %s: role %s, %scovering, parent scheme %s\n", layer->name,
                       mere_role_word(layer->role), layer->covering ? "" : "not ",
                       parent ? parent : "none");
    tell_place(w, said);
    mere_text_addf(said, "  encoding  %s: %s\n", w->encoding.name, w->encoding.why);
    if (w->encoding.note)
        mere_text_addf(said, "            %s\n", w->encoding.note);
    tell_fields(w, said);
    if (!reference)
        tell_noding(w, said);
    if (w->source->n_warnings)
        mere_text_addf(said, "  reading   %zu warnings of GDAL, the first: %s\n",
                       w->source->n_warnings, w->source->warning ? w->source->warning : "");
    mere_text_addf(said, "  features  %zu = %zu used + %zu rejected", report->n_features,
                   report->n_used, report->n_rejected);
    if (!reference)
        mere_text_addf(said, "; %zu zones", report->n_zones);
    mere_text_add(said, "\n");
    tell_findings(w, said);
}
