/*
 * session -- what one `quiver fetch` command line asks for.
 *
 * A session holds operations, one for each group of options between --next;
 * an operation holds targets, its URLs with what belongs to each alone.  Like
 * curl, the n-th -o (or -O) and the n-th -T go with the n-th URL, in whatever
 * order they were given.
 */
#ifndef CLI_REQUEST_SESSION_H
#define CLI_REQUEST_SESSION_H

#include "args/given.h"
#include "base/strings.h"
#include "base/text.h"
#include "core/quiver.h"
#include "files/head_file.h"
#include "request/telemetry_options.h"

struct parser;

enum target_place {
    PLACE_STDOUT,
    PLACE_FILE,   /* target.output */
    PLACE_REMOTE, /* named after the URL */
    PLACE_NULL,
};

struct target {
    const char *url;
    const char *output;
    const char *upload; /* "-" and "." are standard input; NULL: none */
    enum target_place place;
    bool has_url;
    bool has_place;
    bool has_upload;
};

/* The pieces of -d and its relatives, gathered while the options are read. */
struct post_data {
    struct text bytes;
    const char *file; /* one --data-binary @file alone is streamed */
    bool is_any;
    bool is_json;
};

/*
 * Two halves.  The first is what is asked for and where it goes; it is the same
 * for each URL.  The second, from `engine` on, is how it is asked, and may be
 * different for each origin (config.h); options that may stand in a
 * section of the configuration file write there and nowhere else.
 */
struct operation {
    struct operation *next;
    struct givens given;
    struct target *targets;
    size_t ntargets;
    size_t targets_cap;
    size_t nurls; /* targets that have one: always the first so many */
    size_t nplaces;
    size_t nuploads;
    const char *method;
    struct post_data data;
    const char *proto_default;
    const char *range;
    bool head;
    bool get;
    bool globoff;
    /* output */
    const char *output_dir;
    const char *dump_header;
    struct head_file heads; /* of -D */
    const char *write_out;
    bool create_dirs;
    bool include;
    bool fail_with_body;
    bool remote_name_all;
    bool no_buffer;
    /* ---- the second half ---- */
    struct qv_options engine;
    struct strings headers;
    size_t norigin_headers; /* the first so many come from a section */
    bool is_origin_user;    /* engine.user does */
    struct text query;      /* --url-query */
    struct text cookies;
    bool are_origin_cookies; /* some come from a section */
    const char *user_agent;
    const char *referer;
    const char *bearer;
    bool is_origin_bearer;
    struct strings resolve;
    struct strings connect_to;
    const char *cert; /* as given: "file[:password]" */
};

struct session {
    struct operation *first;
    struct operation *last;
    struct strings_owned owned;
    bool is_batch; /* its URLs come from elsewhere */
    bool silent;
    bool show_error;
    bool verbose;
    bool show_secrets;
    bool parallel;
    bool fail_early;
    bool progress_bar;
    bool no_progress;
    unsigned parallel_max;
    unsigned parallel_max_host;
    unsigned jobs_host;
    double rate; /* requests a second, 0: any */
    struct telemetry_options telemetry;
};

enum {
    PARALLEL_MAX_DEFAULT = 50,
    MAX_REDIRS_DEFAULT = 50
};

struct session *session_new(void);
void session_free(struct session *s);

/* Starts a new group of options, as --next does. */
struct operation *session_next(struct session *s);

/* The target that the next URL, place or upload belongs to. */
struct target *session_url_target(struct operation *op);
struct target *session_place_target(struct operation *op);
struct target *session_upload_target(struct operation *op);

/* The second half of an operation: as it is before any option, and freed. */
void session_init_second(struct operation *op);
void session_fini_second(struct operation *op);
/* What follows from its options, once they are all there. */
void session_finish_second(struct strings_owned *owned, struct operation *op);

/* Checks that belong to a whole operation, and what follows from its options
 * and the environment.  False with p->error. */
bool session_finish(struct session *s, struct parser *p);

#endif
