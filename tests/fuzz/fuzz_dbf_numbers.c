/* fuzz_dbf_numbers.c - any bytes as a .dbf of which the wide numbers are read: each is a decimal
 * number in ASCII, or there is none. Input: one byte how many fields, then the file. */
#include "io/dbf.h"
#include <cpl_vsi.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_NAME "/vsimem/fuzz.dbf"

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void check_number(struct mere_dbf *dbf, uint64_t record, size_t field)
{
    const char *number = mere_dbf_number(dbf, record, field);
    must(!number || mere_dbf_wide(dbf, field));
    must(!number || (*number && number[strspn(number, "+-.0123456789eE")] == '\0'));
    /* A whole number of 15 digits or less is in every double. */
    must(!number || !mere_dbf_rounds(number) || strlen(number) > 15);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 100000)
        return 0;
    size_t n_fields = data[0] % 16;
    uint8_t *copy = malloc(size);
    must(copy != NULL);
    memcpy(copy, data + 1, size - 1);
    VSIFCloseL(VSIFileFromMemBuffer(FILE_NAME, copy, size - 1, FALSE));
    struct mere_dbf *dbf = mere_dbf_open(FILE_NAME, n_fields);
    for (uint64_t record = 0; dbf && record < 8; record++)
        for (size_t i = 0; i < n_fields; i++)
            check_number(dbf, record, i);
    if (dbf && n_fields > 0)
        check_number(dbf, UINT64_MAX, 0);
    mere_dbf_close(dbf);
    VSIUnlink(FILE_NAME);
    free(copy);
    return 0;
}
