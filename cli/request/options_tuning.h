/*
 * options_tuning -- the rows of options_tuning.def for one command.
 *
 * To be included by the one file that makes a table of them, which has defined
 *
 *   TUNING_AT(member)         where a member of struct qv_options is
 *   TUNING_CATEGORY           of all rows
 *   TUNING_EXAMPLE(request, option)
 *                             an example, of two string literals
 *
 * and gets `tuning_rows`.
 */
#include <stdint.h>

#include "args/option.h"

static const char *const quic_versions[] = {"v1", "v2", NULL};
static const char *const quic_algorithms[] = {"cubic", "bbr", "reno", NULL};

#define NS(seconds) ((uint64_t)(seconds)*1000000000)
#define WINDOW      (UINT64_C(4) << 30)

#define TUNING_COMMON(n, member, shown, short_text, long_text)                 \
    .name = (n), TUNING_AT(member), .category = TUNING_CATEGORY,               \
    .usual = (shown), .brief = (short_text), .text = (long_text),              \
    .since = "0.1.0"
#define TUNING_NUMBER(none, n, arg, k, member, least, most, shown, short_text, \
                      long_text, request, example_value)                       \
    {TUNING_COMMON(n, member, shown, short_text, long_text),                   \
     .argument = (arg),                                                        \
     .kind = (k),                                                              \
     .min = (least),                                                           \
     .max = (most),                                                            \
     .has_none = (none),                                                       \
     .example = TUNING_EXAMPLE(request, "--" n " " example_value)},
#define TUNING(...)         TUNING_NUMBER(false, __VA_ARGS__)
#define TUNING_OR_NONE(...) TUNING_NUMBER(true, __VA_ARGS__)
#define TUNING_WORD(n, arg, member, first, list, v, shown, short_text,         \
                    long_text, request, example_value)                         \
    {TUNING_COMMON(n, member, shown, short_text, long_text),                   \
     .argument = (arg),                                                        \
     .kind = OPTION_WORD,                                                      \
     .value = (first),                                                         \
     .words = (list),                                                          \
     .values = (v),                                                            \
     .example = TUNING_EXAMPLE(request, "--" n " " example_value)},
#define TUNING_OFF(n, member, short_text, long_text, request)                  \
    {TUNING_COMMON(n, member, NULL, short_text, long_text),                    \
     .kind = OPTION_FLAG, .example = TUNING_EXAMPLE(request, "--" n)},

static const struct option tuning_rows[] = {
#include "request/options_tuning.def"
};
