/*
 * config_self -- the inside of struct config, for cli/config*.c alone.
 */
#ifndef CLI_CONFIG_CONFIG_SELF_H
#define CLI_CONFIG_CONFIG_SELF_H

#include "args/command.h"
#include "args/occurrence.h"
#include "args/option.h"
#include "base/strings.h"
#include "config/config.h"
#include "config/config_origin.h"
#include "core/base/map.h"
#include "core/base/str.h"
#include "request/cmdline.h"

struct config_section {
    struct config_origin origin;
    const char *name; /* as it stands in the file */
    struct occurrence_place place;
    struct occurrences given;
};

/* An operation made for a section (NULL: for none) from op.base. */
struct config_effective {
    const struct config_section *section;
    struct operation op;
};

/* All that were made from one base: that for no section, then those for each
 * one, in the order of struct config; NULL where none was asked for. */
struct config_made {
    const struct operation *base;
    size_t len;
    struct config_effective *at[];
};

struct config_remark {
    struct occurrence_place place; /* line 0: the whole file */
    const char *text;
    size_t number; /* in the order in which they were found */
    size_t first;  /* the number of the first one of that file */
};

struct config_remarks {
    struct config_remark *at;
    size_t len;
    size_t cap;
};

struct config {
    const struct command *commands;  /* the table of all */
    bool is_used;                    /* a file was read */
    int out_of_reach;                /* errno: why the default one was not */
    const char *path;                /* of the default file; NULL: none */
    struct occurrences global;       /* its first part */
    struct config_section *sections; /* the most specific first */
    size_t nsections;
    size_t sections_cap;
    struct occurrences cmdline; /* of -K and typed, of no operation */
    struct map made;            /* struct config_made, by the base */
    /* The origin that was asked for last: many requests go to one. */
    struct {
        const struct config_section *section;
        char scheme[8];
        char host[256];
        unsigned port; /* 0: none was */
    } last;
    unsigned depth; /* of files of -K within each other */
    struct config_remarks mistakes;
    struct config_remarks oddities; /* what curl takes with a warning */
    struct strings_owned owned;
};

void config_made_free(struct config_made *m);

void config_mistake(struct config *c, const struct occurrence_place *place,
                    const char *text);
void config_oddity(struct config *c, const struct occurrence_place *place,
                   const char *text);
/* Takes over what was read, which is a mistake when it is no text. */
char *config_text(struct config *c, const char *path, struct str *text);
void config_unreadable(struct config *c, const char *path, int error);

/* The section that counts for an origin, or NULL. */
const struct config_section *config_section_of(struct config *c,
                                               const char *scheme,
                                               const char *host, unsigned port);

#endif
