/* profiles.h - the shipped profiles, shapes/profiles/, put into the program when it is built, so
 * that they are found wherever it stands. */
#ifndef MERE_CHECK_PROFILES_H
#define MERE_CHECK_PROFILES_H
#include <stddef.h>

struct mere_shipped_profile {
    const char *name;
    const unsigned char *bytes;
    size_t n;
};
extern const struct mere_shipped_profile mere_shipped_profiles[]; /* ends with a NULL name */
#endif
