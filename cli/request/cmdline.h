/*
 * cmdline -- what one `quiver fetch` command line asks for.
 *
 * A command line holds operations, one for each group of options between --next;
 * an operation holds targets, its URLs with what belongs to each alone.  Like
 * curl, the n-th -o (or -O) and the n-th -T go with the n-th URL, in whatever
 * order they were given.
 */
#ifndef CLI_REQUEST_CMDLINE_H
#define CLI_REQUEST_CMDLINE_H

#include "args/occurrence.h"
#include "base/record_body_mode.h"
#include "base/strings.h"
#include "core/base/str.h"
#include "files/head_file.h"
#include "request/item.h"
#include "request/request_options.h"
#include "request/screen_options.h"
#include "request/state_options.h"
#include "request/telemetry_options.h"

struct parser;

enum target_place {
    PLACE_STDOUT,
    PLACE_FILE,   /* target.output */
    PLACE_REMOTE, /* named after the URL */
    PLACE_NULL,
};

/* What -o and its kin do when there is something already. */
enum output_clobber {
    OUTPUT_CLOBBER_USUAL, /* -J: no; others: it is replaced */
    OUTPUT_CLOBBER_YES,
    OUTPUT_CLOBBER_NO,   /* --no-clobber: another name, "NAME.1" */
    OUTPUT_CLOBBER_SKIP, /* --skip-existing: nothing is fetched */
};

struct form;

struct target {
    const char *url;
    const char *output;
    const char *upload; /* "-" and "." are standard input; NULL: none */
    enum target_place place;
    bool has_url;
    bool is_plain; /* braces and brackets in the URL mean nothing */
    bool has_place;
    bool has_upload;
};

/* The pieces of -d and its relatives, gathered while the options are read. */
struct post_data {
    struct str bytes;
    const char *file; /* one --data-binary @file alone is streamed */
    bool is_any;
    bool is_json;
};

/* What is asked for and where it goes, the same for each URL, and how it is
 * asked, which may be different for each origin (config.h). */
struct operation {
    struct operation *next;
    /* What this one was made from for an origin (config.h); NULL: it stands as
     * it was asked for. */
    const struct operation *base;
    struct occurrences given;
    struct target *targets;
    size_t ntargets;
    size_t targets_cap;
    size_t nurls; /* targets that have one: always the first so many */
    size_t nplaces;
    size_t nuploads;
    const char *method;
    struct post_data data;
    struct form *form; /* -F (request/form.h); NULL: none */
    bool form_escape;
    const char *proto_default;
    const char *request_target;
    const char *time_cond; /* -z as given; NULL: none */
    const char *etag_save; /* files of entity tags; NULL */
    const char *etag_compare;
    const char *continue_at; /* -C as given: "-" or a number; NULL */
    struct strings items;    /* HTTPie's, in their order */
    bool takes_items;        /* METHOD form, or --items */
    bool is_method_form;     /* "quiver METHOD URL" */
    enum items_shape items_shape;
    const char *range;
    bool keeps_cookies; /* -c */
    bool head;
    bool get;
    bool globoff;
    /* output */
    const char *output_dir;
    const char *dump_header;
    struct head_file heads; /* of -D */
    const char *write_out;
    unsigned parts;      /* --print: enum screen_part */
    bool prints;         /* it was given */
    bool record_request; /* records tell what was sent */
    bool create_dirs;
    bool include;
    bool suppress_connect_headers;
    bool remote_name_all;
    bool remote_header_name; /* -J */
    bool remote_time;        /* -R */
    bool remove_on_error;
    bool xattr;
    bool sse;           /* --sse: events as JSON lines */
    unsigned sse_count; /* no more than these; 0: all */
    bool no_sse_reconnect;
    enum output_clobber clobber;
    unsigned create_file_mode; /* 0: by the umask */
    struct strings checksums;  /* "sha256:HEX" */
    struct strings expected;   /* --expect: expect_words.h */
    bool no_buffer;
    struct request_options how;
};

struct cmdline {
    struct operation *first;
    struct operation *last;
    struct strings_owned owned;
    bool is_batch; /* its URLs come from elsewhere */
    bool silent;
    bool show_error;
    bool verbose;
    bool show_secrets;
    bool parallel;
    int parallel_output; /* with it: enum lanes_order */
    bool fail_early;
    bool progress_bar;
    bool no_progress;
    bool waterfall; /* -W */
    bool as_curl;   /* print a curl command line, send nothing */
    bool dry_run;   /* print the request, send nothing */
    bool json_out;  /* records on standard output, no bodies */
    enum record_body_mode record_body; /* --json-out: what they carry, */
    uint64_t record_body_max;          /* and how much of it */
    unsigned parallel_max;
    unsigned parallel_max_host;
    unsigned jobs_host;
    double rate; /* requests a second, 0: any */
    struct screen_options screen;
    struct state_options state;
    struct telemetry_options telemetry;
};

enum {
    PARALLEL_MAX_DEFAULT = 50
};

struct cmdline *cmdline_new(void);
void cmdline_free(struct cmdline *s);

/* Starts a new group of options, as --next does. */
struct operation *cmdline_next(struct cmdline *s);

/* The target that the next URL, place or upload belongs to. */
struct target *cmdline_url_target(struct operation *op);
struct target *cmdline_place_target(struct operation *op);
struct target *cmdline_upload_target(struct operation *op);

/* What another operation asks for, but its targets and what it was given; `op`
 * is as cmdline_next() made it.  Owns what it copies. */
void cmdline_copy_operation(struct operation *op, const struct operation *from);

/* What the parser is given from now on is for this operation. */
void cmdline_aim(struct parser *p, struct operation *op);

#endif
