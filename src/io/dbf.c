#include "io/dbf.h"
#include <cpl_vsi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_LEN 32
#define FIELD_LEN 32
#define DOUBLE_DIGITS 15 /* that every double keeps (DBL_DIG) */
#define NUMBER_MAX 255   /* a field's width is one byte */

struct dbf_field {
    size_t at, width;
    bool number;
};
struct mere_dbf {
    VSILFILE *f;
    uint32_t n_records;
    size_t head_len, record_len, n_fields;
    struct dbf_field *fields;
    char number[NUMBER_MAX + 1];
};

static bool read_fields(struct mere_dbf *dbf)
{
    size_t at = 1; /* behind the mark of deleted records */
    for (size_t i = 0; i < dbf->n_fields; i++) {
        unsigned char d[FIELD_LEN];
        if (HEAD_LEN + (i + 1) * FIELD_LEN > dbf->head_len ||
            VSIFReadL(d, 1, sizeof d, dbf->f) != sizeof d || d[0] == 0x0D)
            return false;
        bool number = d[11] == 'N' || d[11] == 'F';
        /* A text may be longer than 255: its decimals are the high byte. */
        size_t width = (size_t)d[16] + (d[11] == 'C' ? (size_t)d[17] << 8 : 0);
        dbf->fields[i] = (struct dbf_field){at, width, number};
        at += width;
    }
    return at <= dbf->record_len;
}

struct mere_dbf *mere_dbf_open(const char *path, size_t n_fields)
{
    unsigned char head[HEAD_LEN];
    struct mere_dbf *dbf = calloc(1, sizeof *dbf);
    if (!dbf)
        return NULL;
    dbf->n_fields = n_fields;
    dbf->fields = calloc(n_fields ? n_fields : 1, sizeof *dbf->fields);
    dbf->f = VSIFOpenL(path, "rb");
    bool good = dbf->fields && dbf->f && VSIFReadL(head, 1, sizeof head, dbf->f) == sizeof head;
    if (good) {
        dbf->n_records = (uint32_t)head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 |
                         (uint32_t)head[7] << 24;
        dbf->head_len = (size_t)head[8] | (size_t)head[9] << 8;
        dbf->record_len = (size_t)head[10] | (size_t)head[11] << 8;
        good = read_fields(dbf);
    }
    if (good)
        return dbf;
    mere_dbf_close(dbf);
    return NULL;
}

void mere_dbf_close(struct mere_dbf *dbf)
{
    if (!dbf)
        return;
    if (dbf->f)
        VSIFCloseL(dbf->f);
    free(dbf->fields);
    free(dbf);
}

bool mere_dbf_wide(const struct mere_dbf *dbf, size_t i)
{
    return dbf && i < dbf->n_fields && dbf->fields[i].number &&
           dbf->fields[i].width > DOUBLE_DIGITS && dbf->fields[i].width <= NUMBER_MAX;
}

const char *mere_dbf_number(struct mere_dbf *dbf, uint64_t record, size_t i)
{
    const struct dbf_field *field = &dbf->fields[i];
    if (!mere_dbf_wide(dbf, i) || record >= dbf->n_records ||
        VSIFSeekL(dbf->f, dbf->head_len + record * dbf->record_len + field->at, SEEK_SET) != 0 ||
        VSIFReadL(dbf->number, 1, field->width, dbf->f) != field->width)
        return NULL;
    size_t n = field->width;
    while (n > 0 && (dbf->number[n - 1] == ' ' || dbf->number[n - 1] == '\0'))
        n--;
    dbf->number[n] = '\0';
    const char *s = dbf->number + strspn(dbf->number, " ");
    return *s && s[strspn(s, "+-.0123456789eE")] == '\0' ? s : NULL;
}

bool mere_dbf_rounds(const char *number)
{
    char same[NUMBER_MAX + 64];
    bool minus = *number == '-';
    number += minus || *number == '+';
    number += strspn(number, "0");
    size_t n = strspn(number, "0123456789");
    const char *rest = number + n;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0");
    if (*rest || n <= DOUBLE_DIGITS || n > NUMBER_MAX)
        return false;
    int len = snprintf(same, sizeof same, "%.0f", strtod(number, NULL));
    return len < 0 || (size_t)len != n || strncmp(same, number, n) != 0;
}
