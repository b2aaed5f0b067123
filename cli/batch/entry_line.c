#include "batch/entry_line.h"

#include <stdio.h>
#include <string.h>

#include "base/redact.h"
#include "core/quiver.h"
#include "results/batch_summary.h"
#include "terminal/colour.h"
#include "terminal/escape.h"
#include "terminal/progress_line.h"
#include "terminal/screen.h"

enum {
    TIME_COLUMNS = 8,
    SIZE_COLUMNS = 9,
    ID_COLUMNS_MIN = 4,
    ID_COLUMNS_MAX = 20,
};

static void add_right(struct str *out, const struct str *text, unsigned columns)
{
    unsigned has = screen_columns(str_text(text), text->len);
    if (has < columns)
        str_add_spaces(out, columns - has);
    str_add(out, str_span(text));
}

static void add_status(struct str *out, const struct writeout_facts *f,
                       bool has_colours)
{
    int status = f->result->response_code;
    enum colour colour = f->status ? COLOUR_FAILED : colour_of_status(status);
    char text[16];
    if (status)
        (void)snprintf(text, sizeof text, "%3d", status);
    else
        (void)snprintf(text, sizeof text, "---");
    colour_text(out, has_colours, colour, text);
}

static void add_time(struct str *out, const struct qv_result *r)
{
    struct str text = {0};
    if (r->time_total > 0)
        batch_summary_time(&text, r->time_total);
    add_right(out, &text, TIME_COLUMNS);
    str_fini(&text);
}

static void add_size(struct str *out, const struct qv_result *r)
{
    struct str text = {0};
    if (r->response_code)
        progress_line_bytes(&text, r->size_download);
    add_right(out, &text, SIZE_COLUMNS);
    str_fini(&text);
}

/* Its JSON without the quotes.  Columns stay where a longer one has moved them. */
static void add_id(struct entry_lines *lines, struct str *out, const char *id)
{
    struct str text = {0};
    size_t len = strlen(id);
    bool is_quoted = len >= 2 && *id == '"';
    escape_bytes(&text, id + is_quoted, is_quoted ? len - 2 : len);
    unsigned columns = screen_columns(str_text(&text), text.len);
    if (lines->id_columns < ID_COLUMNS_MIN)
        lines->id_columns = ID_COLUMNS_MIN;
    if (columns > lines->id_columns)
        lines->id_columns =
            columns < ID_COLUMNS_MAX ? columns : (unsigned)ID_COLUMNS_MAX;
    str_add(out, str_span(&text));
    if (columns < lines->id_columns)
        str_add_spaces(out, lines->id_columns - columns);
    str_fini(&text);
}

static void add_url(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    const char *url = *r->url_effective ? r->url_effective : r->url;
    struct str text = {0};
    if (f->show_secrets)
        str_add_text(&text, url);
    else
        redact_add_url(&text, url);
    escape_bytes(out, str_text(&text), text.len);
    str_fini(&text);
}

static void add_error(struct str *out, const struct writeout_facts *f,
                      bool has_colours)
{
    struct str text = {0};
    struct str shown = {0};
    str_printf(&text, "(%d) ", f->status);
    redact_add_text(&text, f->message, strlen(f->message));
    escape_bytes(&shown, str_text(&text), text.len);
    if (*f->result->url)
        str_add_text(out, "  ");
    colour_text(out, has_colours, COLOUR_FAILED, str_text(&shown));
    str_fini(&text);
    str_fini(&shown);
}

void entry_line_render(struct entry_lines *lines, struct str *out,
                       const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    bool has_colours = lines->has_colours;
    add_status(out, f, has_colours);
    str_add_char(out, ' ');
    add_time(out, r);
    str_add_char(out, ' ');
    add_size(out, r);
    str_add_text(out, "  ");
    add_id(lines, out, f->entry->id);
    str_add_char(out, ' ');
    add_url(out, f);
    if (f->status)
        add_error(out, f, has_colours);
    else if (r->num_retries)
        str_printf(out, "  (after %u retr%s)", r->num_retries,
                   r->num_retries == 1 ? "y" : "ies");
}
