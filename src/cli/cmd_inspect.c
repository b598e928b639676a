#include "cli/commands.h"
#include "io/inspect.h"
#include <stddef.h>

struct inspect_values {
    const char *layer, *crs, *datum, *encoding;
};

static const struct mere_option OPTIONS[] = {
    {.name = "layer",
     .kind = MERE_OPT_TEXT,
     .arg = "L",
     .at = offsetof(struct inspect_values, layer),
     .help = "only this layer"},
    {.name = "crs",
     .kind = MERE_OPT_TEXT,
     .arg = "C",
     .at = offsetof(struct inspect_values, crs),
     .help = "as if the file were in this CRS"},
    {.name = "datum",
     .kind = MERE_OPT_CHOICE,
     .arg = "wgs84|gcj02|bd09",
     .at = offsetof(struct inspect_values, datum),
     .help = "as if its degrees were in this datum"},
    {.name = "encoding",
     .kind = MERE_OPT_TEXT,
     .arg = "E",
     .at = offsetof(struct inspect_values, encoding),
     .help = "read its texts in this encoding"},
};

static int run(struct mere_cli *cli, const void *given)
{
    const struct inspect_values *v = given;
    struct mere_inspect_options options = {v->layer, v->crs, v->datum, v->encoding};
    struct mere_text text = {0};
    size_t open = 0;
    enum mere_status status = mere_inspect(cli->ctx, cli->args[0], &options, &text, &open);
    if (status == MERE_OK && text.failed)
        status = mere_fail_nomem(cli->ctx, "writing the report");
    mere_cli_bar_clear(cli);
    if (status == MERE_OK)
        fputs(mere_text_str(&text), cli->out);
    mere_text_clear(&text);
    return mere_cli_fail(cli, status);
}

const struct mere_command mere_cmd_inspect = {
    .name = "inspect",
    .synopsis = "FILE [option ...]",
    .summary = "tell what a vector file holds and what an import would have to be told",
    .details =
        "Layers, counts and kinds of geometry, the CRS and how sure it is, the encoding with\n"
        "five names as each candidate reads them, the evidence for each datum, and the fields\n"
        "with what they are probably for.",
    .example = "merestone inspect grids.shp --encoding GBK",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct inspect_values),
    .run = run,
};
