#include "files/attributes.h"

#include <string.h>
#include <sys/xattr.h>

#include "core/base/xalloc.h"

#define VALIDATOR "user.quiver.validator"

enum {
    VALIDATOR_MAX = 1024
};

static bool set(int fd, const char *name, const char *value)
{
    return !value || !*value ||
           fsetxattr(fd, name, value, strlen(value), 0) == 0;
}

bool attributes_describe(int fd, const struct attributes *a)
{
    return set(fd, "user.creator", "quiver") &&
           set(fd, "user.xdg.referrer.url", a->referrer) &&
           set(fd, "user.mime_type", a->type) &&
           set(fd, "user.xdg.origin.url", a->url);
}

void attributes_set_validator(const char *path, const char *validator)
{
    if (!validator)
        (void)removexattr(path, VALIDATOR);
    else if (strlen(validator) <= VALIDATOR_MAX)
        (void)setxattr(path, VALIDATOR, validator, strlen(validator), 0);
}

char *attributes_validator(const char *path)
{
    char value[VALIDATOR_MAX];
    ssize_t len = getxattr(path, VALIDATOR, value, sizeof value);
    return len > 0 ? xalloc_copy(value, (size_t)len) : NULL;
}
