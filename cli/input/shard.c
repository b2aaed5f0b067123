#include "input/shard.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum {
    COUNT_MAX = 1000 * 1000
};

/* Where a message goes; the last one wins. */
struct reader {
    char *message;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static bool
refuse(const struct reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->message, r->size, format, args);
    va_end(args);
    return false;
}

static bool read_variable(const struct reader *r, const char *name,
                          uint64_t *out)
{
    const char *value = getenv(name);
    if (!value || !*value)
        return refuse(r, "--shard auto: %s is not set", name);
    if (!number_parse(value, UINT32_MAX, out))
        return refuse(r, "--shard auto: %s='%.20s' is not a number", name,
                      value);
    return true;
}

/* A variable that has a usual value. */
static bool read_optional(const struct reader *r, const char *name,
                          uint64_t usual, uint64_t *out)
{
    const char *value = getenv(name);
    *out = usual;
    return !value || !*value || read_variable(r, name, out);
}

static bool check_count(const struct reader *r, const char *name,
                        uint64_t count)
{
    if (count && count <= COUNT_MAX)
        return true;
    return refuse(r, "--shard auto: %s=%" PRIu64 " is not 1 to %d", name, count,
                  COUNT_MAX);
}

/* Kubernetes sets the index alone; the count comes from the job's author. */
static bool from_kubernetes(struct shard *s, const struct reader *r)
{
    uint64_t index = 0;
    uint64_t count = 0;
    if (!read_variable(r, "JOB_COMPLETION_INDEX", &index))
        return false;
    if (!read_variable(r, "JOB_COMPLETION_COUNT", &count)) {
        return refuse(r, "--shard auto: JOB_COMPLETION_COUNT must be set to "
                         "the job's spec.completions beside "
                         "JOB_COMPLETION_INDEX");
    }
    if (!check_count(r, "JOB_COMPLETION_COUNT", count))
        return false;
    if (index >= count)
        return refuse(r,
                      "--shard auto: JOB_COMPLETION_INDEX=%" PRIu64
                      " is not below JOB_COMPLETION_COUNT=%" PRIu64,
                      index, count);
    *s = (struct shard){.index = (unsigned)index, .count = (unsigned)count};
    return true;
}

static bool from_slurm(struct shard *s, const struct reader *r)
{
    uint64_t id = 0;
    uint64_t min = 0;
    uint64_t step = 0;
    uint64_t count = 0;
    if (!read_variable(r, "SLURM_ARRAY_TASK_ID", &id) ||
        !read_variable(r, "SLURM_ARRAY_TASK_COUNT", &count) ||
        !read_optional(r, "SLURM_ARRAY_TASK_MIN", 0, &min) ||
        !read_optional(r, "SLURM_ARRAY_TASK_STEP", 1, &step) ||
        !check_count(r, "SLURM_ARRAY_TASK_COUNT", count))
        return false;
    if (!step)
        return refuse(r, "--shard auto: SLURM_ARRAY_TASK_STEP=0");
    if (id < min || (id - min) % step || (id - min) / step >= count)
        return refuse(r,
                      "--shard auto: SLURM_ARRAY_TASK_ID=%" PRIu64
                      " is none of %" PRIu64 " tasks from %" PRIu64
                      " in steps of %" PRIu64 "; give --shard I/N",
                      id, count, min, step);
    *s = (struct shard){.index = (unsigned)((id - min) / step),
                        .count = (unsigned)count};
    return true;
}

static bool from_environment(struct shard *s, const struct reader *r)
{
    if (getenv("JOB_COMPLETION_INDEX"))
        return from_kubernetes(s, r);
    if (getenv("SLURM_ARRAY_TASK_ID"))
        return from_slurm(s, r);
    return refuse(r, "--shard auto: neither JOB_COMPLETION_INDEX nor "
                     "SLURM_ARRAY_TASK_ID is set");
}

bool shard_parse(struct shard *s, const char *text, char *message,
                 size_t message_size)
{
    const struct reader r = {message, message_size};
    const char *slash = strchr(text, '/');
    char first[16] = "";
    uint64_t index = 0;
    uint64_t count = 0;
    if (strcmp(text, "auto") == 0)
        return from_environment(s, &r);
    if (slash && (size_t)(slash - text) < sizeof first)
        memcpy(first, text, (size_t)(slash - text));
    if (!slash || !number_parse(first, COUNT_MAX, &index) ||
        !number_parse(slash + 1, COUNT_MAX, &count))
        return refuse(&r, "--shard '%.20s' is neither I/N nor auto", text);
    if (!index || index > count)
        return refuse(&r, "--shard %.20s: I is 1 to N", text);
    *s = (struct shard){.index = (unsigned)index - 1, .count = (unsigned)count};
    return true;
}

uint64_t shard_hash(const char *id)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 0x100000001b3;
    return hash;
}

/* The low bits alone are uneven where ids are alike. */
bool shard_has(const struct shard *s, const char *id)
{
    if (!s->count)
        return true;
    uint64_t hash = shard_hash(id);
    return (hash ^ hash >> 32) % s->count == s->index;
}
