#include "serve/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/xalloc.h"
#include "http/date.h"
#include "serve/json.h"
#include "serve/target.h"

struct entry {
    const char *name;
    bool is_dir;
    uint64_t size;
    int64_t modified;
};

struct listing {
    struct arena arena; /* of the names */
    struct entry *entries;
    size_t len;
    size_t cap;
    bool is_cut;
};

static void add_entry(struct listing *l, int dir, const char *name)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return; /* removed meanwhile */
    bool is_link = S_ISLNK(st.st_mode);
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !is_link)
        return;
    l->entries = xalloc_room(l->entries, l->len, &l->cap, sizeof *l->entries);
    l->entries[l->len++] = (struct entry){
        .name = arena_string(&l->arena, name),
        .is_dir = S_ISDIR(st.st_mode),
        .size = is_link ? 0 : (uint64_t)st.st_size,
        .modified = st.st_mtim.tv_sec,
    };
}

static void read_entries(struct listing *l, DIR *d)
{
    struct dirent *e;
    while (!l->is_cut && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        if (l->len == LISTING_MAX)
            l->is_cut = true;
        else
            add_entry(l, dirfd(d), e->d_name);
    }
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    return strcmp(x->name, y->name);
}

static void add_html(struct str *out, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.base[i]) {
        case '&':
            str_add_text(out, "&amp;");
            break;
        case '<':
            str_add_text(out, "&lt;");
            break;
        case '>':
            str_add_text(out, "&gt;");
            break;
        case '"':
            str_add_text(out, "&quot;");
            break;
        case '\'':
            str_add_text(out, "&#39;");
            break;
        default:
            str_add_char(out, (char)text.base[i]);
        }
    }
}

static void add_row(struct str *out, const struct entry *e)
{
    const char *slash = e->is_dir ? "/" : "";
    char date[DATE_LEN + 1];
    date_format(e->modified, date);
    /* "./" keeps a name with a colon from being read as a scheme. */
    str_add_text(out, "<tr><td><a href=\"./");
    target_encode(out, span_str(e->name));
    str_printf(out, "%s\">", slash);
    add_html(out, span_str(e->name));
    str_printf(out, "%s</a></td><td>", slash);
    if (!e->is_dir)
        str_add_u64(out, e->size);
    str_printf(out, "</td><td>%s</td></tr>\n", date);
}

static void write_html(const struct listing *l, struct span file,
                       struct str *out)
{
    str_add_text(out, "<!doctype html>\n<meta charset=\"utf-8\">\n<title>/");
    add_html(out, file);
    str_add_text(out, "</title>\n<h1>/");
    add_html(out, file);
    str_add_text(out, "</h1>\n<table>\n");
    if (file.len > 0)
        str_add_text(out, "<tr><td><a href=\"../\">../</a></td></tr>\n");
    for (size_t i = 0; i < l->len; i++)
        add_row(out, &l->entries[i]);
    str_add_text(out, "</table>\n");
    if (l->is_cut)
        str_printf(out, "<p>Only %d entries are listed.</p>\n", LISTING_MAX);
}

static void write_json(const struct listing *l, struct span file,
                       struct str *out)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_val *path = json_text(doc, file);
    yyjson_mut_obj_add(root, yyjson_mut_str(doc, "path"), path);
    yyjson_mut_val *list = yyjson_mut_obj_add_arr(doc, root, "entries");
    for (size_t i = 0; i < l->len; i++) {
        const struct entry *e = &l->entries[i];
        yyjson_mut_val *o = yyjson_mut_arr_add_obj(doc, list);
        json_add(doc, o, "name", span_str(e->name));
        yyjson_mut_obj_add_str(doc, o, "type", e->is_dir ? "folder" : "file");
        yyjson_mut_obj_add_uint(doc, o, "size", e->size);
        yyjson_mut_obj_add_sint(doc, o, "modified", e->modified);
    }
    yyjson_mut_obj_add_bool(doc, root, "truncated", l->is_cut);
    json_finish(doc, true, out);
}

bool listing_write(int dir, struct span file, bool as_json, struct str *out)
{
    DIR *d = fdopendir(dir);
    if (d == NULL) {
        close(dir);
        return false;
    }
    struct listing l = {.len = 0};
    arena_init(&l.arena);
    read_entries(&l, d);
    closedir(d);
    if (l.len > 0)
        qsort(l.entries, l.len, sizeof *l.entries, compare_entries);
    if (as_json)
        write_json(&l, file, out);
    else
        write_html(&l, file, out);
    free(l.entries);
    arena_fini(&l.arena);
    return true;
}
