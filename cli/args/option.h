/*
 * option -- what the command line knows about one of its options.
 *
 * Every option is one row of a table (options_*.c).  The parser, --help, the
 * man pages, the completions and the tests all read these rows; nothing about
 * an option is written anywhere else.
 *
 * A row's scope names the struct that it writes into, `at` is the member's
 * offset: OPTION_AT() says both.  A command offers its structs to the parser,
 * which takes no row of another one.  Rows with the same member (of bits: with
 * the same bit) replace each other; one with a `call` says by it what it
 * replaces, and adds up without.
 *
 * Every option of a request (SCOPE_REQUEST) may stand in a section of the
 * configuration file, for one origin, unless its row says otherwise.
 */
#ifndef CLI_ARGS_OPTION_H
#define CLI_ARGS_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_FLAG,    /* bool; --no-NAME takes it back; then its `call`, if any */
    OPTION_CHOICE,  /* int: `value` is stored, an enum's member */
    OPTION_BIT,     /* unsigned: `value` is set; --no-NAME takes it out */
    OPTION_STRING,  /* const char * */
    OPTION_NUMBER,  /* unsigned */
    OPTION_INTEGER, /* int; -1, and nothing else below 0, is no limit */
    OPTION_SECONDS, /* uint64_t in ns, "1.5" */
    OPTION_SIZE,    /* uint64_t in bytes, "10M" */
    OPTION_LIST,    /* struct strings, added to */
    OPTION_WORD,    /* int: `value`, and one more for each word before */
    OPTION_CALL,    /* `call` knows what to do */
    OPTION_NOTHING, /* accepted and without effect, for curl's scripts */
    OPTION_NEXT,    /* the parser's own: */
    OPTION_HELP,
    OPTION_VERSION,
};

enum option_category {
    CATEGORY_HTTP,
    CATEGORY_POST,
    CATEGORY_UPLOAD,
    CATEGORY_AUTH,
    CATEGORY_OUTPUT,
    CATEGORY_VERBOSE,
    CATEGORY_CONNECTION,
    CATEGORY_TIMEOUT,
    CATEGORY_TLS,
    CATEGORY_PROXY,
    CATEGORY_TUNING,
    CATEGORY_GENERAL,
    CATEGORY_BATCH,
    CATEGORY_CHANNEL,
    CATEGORY_TUNNEL,
    CATEGORY_PROBE,
    CATEGORY_REPORT,
    CATEGORY_SERVE,
    CATEGORY_COUNT,
};

/* One for each struct that options write into. */
enum option_scope {
    SCOPE_NONE,      /* into none: the parser's own, and what has no effect */
    SCOPE_SESSION,   /* once for a command line that makes requests */
    SCOPE_OPERATION, /* once for a group between --next */
    SCOPE_REQUEST,   /* likewise; made anew for each origin */
    SCOPE_BATCH,
    SCOPE_CHANNEL,
    SCOPE_TUNNEL,
    SCOPE_PING,
    SCOPE_PROBE,
    SCOPE_REPORT,
    SCOPE_SERVE,
    SCOPE_VERSION,
    SCOPE_CACHE,
    SCOPE_COUNT,
};

#define SCOPE_STRUCT_SESSION   struct cmdline
#define SCOPE_STRUCT_OPERATION struct operation
#define SCOPE_STRUCT_REQUEST   struct request_options
#define SCOPE_STRUCT_BATCH     struct batch_options
#define SCOPE_STRUCT_CHANNEL   struct channel_options
#define SCOPE_STRUCT_TUNNEL    struct tunnel_options
#define SCOPE_STRUCT_PING      struct ping_options
#define SCOPE_STRUCT_PROBE     struct probe_options
#define SCOPE_STRUCT_REPORT    struct report_options
#define SCOPE_STRUCT_SERVE     struct serve_config
#define SCOPE_STRUCT_VERSION   struct version_options
#define SCOPE_STRUCT_CACHE     struct cache_options

/* What the values of an argument are, for the completions. */
enum option_values {
    VALUES_ANY,
    VALUES_FILE,
    VALUES_FOLDER,
    VALUES_DATA, /* text, or @file */
    VALUES_METHOD,
    VALUES_ITEMS,
    VALUES_TLS,
    VALUES_HTTP_BOUND,
    VALUES_TLS_FILE,
    VALUES_TLS_KEY,
    VALUES_QUIC_VERSION,
    VALUES_QUIC_CC,
    VALUES_WRITE_OUT,
    VALUES_CATEGORY,
    VALUES_EXPLAIN,
    VALUES_WHEN,
    VALUES_HEADER, /* a field, or @file */
    VALUES_PROTO,
    VALUES_INTERFACE,
    VALUES_CURVES,
    VALUES_LOG,
    VALUES_PARALLEL_OUTPUT,
    VALUES_BATCH_FORMAT,
    VALUES_BATCH_BODY,
    VALUES_BATCH_FSYNC,
    VALUES_BATCH_PROGRESS,
    VALUES_CHANNEL_PROTOCOL,
    VALUES_CHANNEL_TRANSPORT,
    VALUES_CHANNEL_IN,
    VALUES_CHANNEL_OUT,
    VALUES_COUNT,
};

/* Where else than on the command line an option may stand. */
enum option_where {
    WHERE_ANY,       /* sections as well, if its scope is the request */
    WHERE_NO_ORIGIN, /* what it says cannot depend on the origin */
    WHERE_NO_CONFIG, /* nor hold for every command: -K and typed only */
    WHERE_TYPED,     /* on the command line alone */
};

struct parser;

/* Small members are packed, because each start of the program writes to all pages of
 * these tables: their pointers are known only then. */
struct option {
    const char *name;
    const char *argument;     /* "<file>", NULL: takes none */
    const char *const *words; /* OPTION_WORD's, NULL at the end */
    bool (*call)(struct parser *p, const struct option *o, const char *arg);
    const char *usual;   /* what holds without it, for people; or NULL */
    const char *brief;   /* --help: one line, under 50 characters */
    const char *text;    /* man page; empty lines part paragraphs */
    const char *example; /* arguments of a whole command */
    /* Of a number (seconds: in ns) that is not 0; max 0: any is right. */
    uint64_t min;
    uint64_t max;
    uint32_t at; /* in the scope's struct, see OPTION_AT() */
    int value;   /* what is stored, of a choice, a word or a call */
    enum option_kind kind : 8;
    enum option_category category : 8;
    enum option_scope scope : 8;
    enum option_values values : 8;
    enum option_where where : 8;
    bool may_lack_argument : 1; /* --NAME alone; an argument is behind a = */
    bool has_at : 1;    /* it writes, or replaces what others wrote, at `at` */
    bool has_none : 1;  /* 0 means none; without, it means the default */
    bool important : 1; /* stands in the short --help */
    /* Means something where bodies are fetched or sent: the short --help of other
     * commands leaves it out. */
    bool of_transfers : 1;
    bool not_empty : 1; /* an argument of nothing is a mistake, as of a variable
                           that is not set */
    bool empty_is_none : 1; /* such an argument gives nothing, as with curl */
    bool secret : 1;        /* wiped from the process list */
    char letter;            /* 0: none */
    char since[6];
};

#define OPTION_AT(name, member)                                                \
    .scope = SCOPE_##name, .has_at = true,                                     \
    .at = offsetof(SCOPE_STRUCT_##name, member)

struct option_group {
    const struct option *options;
    size_t len;
};

const char *option_category_name(enum option_category c);
const char *option_category_title(enum option_category c);

/* NULL when the groups (NULL-terminated array) have none. */
const struct option *option_find(const struct option_group *const *groups,
                                 const char *name, size_t len);
const struct option *
option_find_letter(const struct option_group *const *groups, char letter);

/* All rows in alphabetical order of their names, without those that an earlier
 * one of the same name hides; free() it. */
const struct option **option_sorted(const struct option_group *const *groups,
                                    size_t *len);

#endif
