/*
 * input_har_scan -- finds the requests in a HAR and forgets the rest of it.
 *
 * A HAR is one JSON document, and nearly all of it are responses.  The scanner
 * is given its bytes as they come, in pieces of any size, and for each element
 * of log.entries it hands out a small JSON object: those members of its request
 * that a request is made from.  Its memory is one such object.
 *
 * Everything else has only to have its brackets and quotes in order: what stands
 * in strings and between them is not looked at, so bytes that are no UTF-8, half
 * surrogate pairs, line breaks or NaN there lose nothing.
 *
 * What is handed out is JSON with two liberties, for those who exported it had
 * them too: a string may have any bytes, and of a surrogate pair that is not
 * complete the half is written as if it were a character (three bytes that
 * begin with ED A0 to ED BF, "WTF-8").
 */
#ifndef CLI_INPUT_INPUT_HAR_SCAN_H
#define CLI_INPUT_INPUT_HAR_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

enum input_har_scan_event {
    HAR_SCAN_MORE,  /* all bytes were used, and more are needed */
    HAR_SCAN_ENTRY, /* an element of log.entries has ended: `request` */
    HAR_SCAN_BAD,   /* `why`; nothing more can be found */
};

/* Where on the way to a request the scanner is. */
enum input_har_scan_place {
    HAR_OUTSIDE,
    HAR_ROOT,
    HAR_LOG,
    HAR_ENTRIES,
    HAR_ENTRY,
    HAR_REQUEST,
};

enum {
    HAR_KEY_MAX = 15, /* longer ones lead nowhere */
    HAR_ESCAPE_MAX = 5
};

struct input_har_scan {
    size_t max;         /* bytes of a request; more are not kept */
    struct str request; /* empty: the element has none */
    bool is_too_long;   /* the request was, and is empty */
    uint64_t nentries;  /* elements so far, with the one handed out */
    uint64_t nbytes;    /* used so far */
    char why[80];

    enum input_har_scan_place place;
    uint64_t depth; /* brackets within what stands at the place */
    bool has_document;
    bool has_entries; /* the document has that array */
    bool has_item;    /* something stands in the array since the last comma */

    bool is_string;
    bool is_key;     /* the string is, or the next one will be */
    bool is_copying; /* a member of the request */
    char key[HAR_KEY_MAX + 1];
    size_t key_len;
    char escape[HAR_ESCAPE_MAX]; /* behind a backslash, as far as it is there */
    size_t nescape;
    bool is_escape;
    unsigned high; /* first half of a pair whose second may follow; 0 */
};

/* Zeroed but for `max` is ready. */
void input_har_scan_fini(struct input_har_scan *s);

/* Goes on with these bytes; *used: how many of them. */
enum input_har_scan_event input_har_scan_read(struct input_har_scan *s,
                                              const char *bytes, size_t len,
                                              size_t *used);
/* There are no more bytes; false with `why` when there should be. */
bool input_har_scan_end(struct input_har_scan *s);

#endif
