/* profile.c - the profile that a command names: a shipped one by name, or a file by its path. */
#include "check/check.h"
#include "cli/commands.h"
#include <errno.h>
#include <string.h>

#define PROFILE_FILE_MAX ((size_t)1 << 20)

/* The file's bytes, with a zero behind them, in cli->arena. */
static enum mere_status read_file(struct mere_cli *cli, const char *path, const char **ret_bytes,
                                  size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return mere_fail(cli->ctx, MERE_E_INPUT, "profile %s: %s", path, strerror(errno));
    char *bytes = MERE_NEW(&cli->arena, char, PROFILE_FILE_MAX + 1);
    size_t n = bytes ? fread(bytes, 1, PROFILE_FILE_MAX + 1, f) : 0;
    bool bad = ferror(f) != 0;
    fclose(f);
    if (!bytes)
        return mere_fail_nomem(cli->ctx, "reading a profile");
    if (bad)
        return mere_fail(cli->ctx, MERE_E_INPUT, "profile %s can't be read; is it a file?", path);
    if (n > PROFILE_FILE_MAX)
        return mere_fail(cli->ctx, MERE_E_INPUT, "profile %s is longer than 1 MiB", path);
    *ret_bytes = bytes;
    *ret_n = n;
    return MERE_OK;
}

static bool is_path(const char *name)
{
    size_t len = strlen(name);
    return strchr(name, '/') || (len > 5 && strcmp(name + len - 5, ".json") == 0);
}

enum mere_status mere_cli_open_profile(struct mere_cli *cli, const char *name,
                                       struct mere_profile **ret_profile)
{
    const char *bytes = NULL;
    size_t n = 0;
    if (!is_path(name))
        return mere_profile_shipped(cli->ctx, name, ret_profile);
    MERE_TRY(read_file(cli, name, &bytes, &n));
    return mere_profile_parse(cli->ctx, bytes, n, name, ret_profile);
}

enum mere_status mere_cli_keep_profile(struct mere_cli *cli, struct mere_district *district)
{
    struct mere_profile *profile;
    const char *path = district->profile, *slash = strrchr(path, '/');
    size_t n = 0;
    if (!is_path(path)) {
        MERE_TRY(mere_profile_shipped(cli->ctx, path, &profile));
        mere_profile_free(profile);
        return MERE_OK;
    }
    MERE_TRY(read_file(cli, path, &district->profile_json, &n));
    MERE_TRY(mere_profile_parse(cli->ctx, district->profile_json, n, path, &profile));
    mere_profile_free(profile);
    district->profile = slash ? slash + 1 : path;
    return strlen(district->profile_json) == n
               ? MERE_OK
               : mere_fail(cli->ctx, MERE_E_INPUT, "profile %s holds a zero byte", path);
}

enum mere_status mere_cli_pick_profile(struct mere_cli *cli, const char *option,
                                       const struct mere_district *district,
                                       struct mere_profile **ret_profile)
{
    if (option || !district)
        return mere_cli_open_profile(cli, option ? option : "plain", ret_profile);
    if (district->profile_json)
        return mere_profile_parse(cli->ctx, district->profile_json, strlen(district->profile_json),
                                  district->profile, ret_profile);
    if (is_path(district->profile))
        return mere_fail(cli->ctx, MERE_E_INPUT,
                         "the store names the profile %s but doesn't hold it, and a file of that "
                         "name here may be another; name the one that is meant with --profile",
                         district->profile);
    return mere_profile_shipped(cli->ctx, district->profile, ret_profile);
}
