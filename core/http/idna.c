/*
 * IDNA2008 (after the mapping of UTS 46) knows letters and digits only.
 * Registries sold names with symbols such as U+2603 all the same, and browsers
 * and curl reach them by UTS 46 alone.  libidn2 takes a symbol in its
 * transitional mode only, and that mode also turns U+00DF into "ss", U+03C2
 * into U+03C3, and drops joiners: that is another host than the one that was
 * written, and perhaps another owner's.  curl takes it for the whole name.
 * Here it is the fallback of single labels, and of none that has one of these
 * four; such a label has no name that everybody agrees on.
 */
#include "http/idna.h"

#include <idn2.h>

#include "base/str.h"

static bool has_deviation(struct span label)
{
    static const char *const deviations[] = {
        "\xc3\x9f",     /* U+00DF, sharp s */
        "\xcf\x82",     /* U+03C2, final sigma */
        "\xe2\x80\x8c", /* U+200C, zero width non-joiner */
        "\xe2\x80\x8d", /* U+200D, zero width joiner */
    };
    for (size_t i = 0; i < sizeof deviations / sizeof *deviations; i++)
        if (strstr((const char *)label.base, deviations[i]))
            return true;
    return false;
}

/* idn2's code; `name` has a NUL behind it. */
static int map_name(struct span name, int mode, struct arena *arena,
                    struct span *ascii)
{
    char *text = NULL;
    int rc =
        idn2_to_ascii_8z((const char *)name.base, &text, IDN2_NFC_INPUT | mode);
    if (rc != IDN2_OK)
        return rc;
    *ascii = arena_copy(arena, span_str(text));
    idn2_free(text);
    return rc;
}

/* The bytes of the full stop at the start of s, or of what UTS 46 takes for
 * one (U+3002, U+FF0E, U+FF61); 0 when there is none. */
static size_t stop_len(struct span s)
{
    static const char *const stops[] = {".", "\xe3\x80\x82", "\xef\xbc\x8e",
                                        "\xef\xbd\xa1"};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        if (span_starts_nocase(s, span_str(stops[i])))
            return strlen(stops[i]);
    return 0;
}

static int map_label(struct span label, struct arena *arena, struct str *to)
{
    struct span ascii;
    struct span text = arena_copy(arena, label);
    int rc = map_name(text, IDN2_NONTRANSITIONAL, arena, &ascii);
    if (rc == IDN2_DISALLOWED && !has_deviation(text))
        rc = map_name(text, IDN2_TRANSITIONAL, arena, &ascii);
    if (rc == IDN2_OK)
        str_add(to, ascii);
    return rc;
}

static int map_labels(struct span name, struct arena *arena, struct span *ascii)
{
    struct str text;
    int rc = IDN2_OK;
    size_t from = 0;
    str_init(&text);
    for (size_t at = 0; at <= name.len && rc == IDN2_OK; at++) {
        size_t stop = stop_len(span_of(name.base + at, name.len - at));
        if (at < name.len && stop == 0)
            continue;
        if (at > from)
            rc = map_label(span_of(name.base + from, at - from), arena, &text);
        if (stop > 0) {
            str_add_char(&text, '.');
            at += stop - 1;
        }
        from = at + 1;
    }
    *ascii = arena_copy(arena, str_span(&text));
    str_fini(&text);
    return rc;
}

const char *idna_to_ascii(struct span *name, struct arena *arena)
{
    struct span utf8 = *name;
    int rc = map_name(utf8, IDN2_NONTRANSITIONAL, arena, name);
    if (rc == IDN2_DISALLOWED)
        rc = map_labels(utf8, arena, name);
    return rc == IDN2_OK ? NULL : idn2_strerror(rc);
}
