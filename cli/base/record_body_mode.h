/*
 * record_body_mode -- what becomes of a body whose transfer has a record (--body).
 */
#ifndef CLI_BASE_RECORD_BODY_MODE_H
#define CLI_BASE_RECORD_BODY_MODE_H

enum record_body_mode {
    RECORD_BODY_INLINE, /* in the record, up to --body-max */
    RECORD_BODY_FILE,
    RECORD_BODY_HASH,
    RECORD_BODY_NONE, /* only counted */
};

enum {
    RECORD_BODY_MAX_DEFAULT = 1024 * 1024,
};

#endif
