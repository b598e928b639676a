/* profile.c - the profile that a command names: a shipped one by name, or a file by its path. */
#include "check/check.h"
#include "cli/commands.h"
#include <errno.h>
#include <string.h>

#define PROFILE_FILE_MAX ((size_t)1 << 20)

static enum mere_status read_profile(struct mere_cli *cli, const char *path,
                                     struct mere_profile **ret_profile)
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
    return mere_profile_parse(cli->ctx, bytes, n, path, ret_profile);
}

enum mere_status mere_cli_open_profile(struct mere_cli *cli, const char *name,
                                       struct mere_profile **ret_profile)
{
    size_t len = strlen(name);
    bool path = strchr(name, '/') || (len > 5 && strcmp(name + len - 5, ".json") == 0);
    return path ? read_profile(cli, name, ret_profile)
                : mere_profile_shipped(cli->ctx, name, ret_profile);
}
