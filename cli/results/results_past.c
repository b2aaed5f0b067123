#include "results/results_past.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

#include "base/line_reader.h"
#include "core/base/xalloc.h"

/* Ids and URLs are kept as digests: a million records take 24 MB. */
struct past_record {
    uint64_t seq;
    uint64_t id;
    uint64_t url; /* 0: it shows none */
};

struct results_past {
    struct past_record *records; /* by seq */
    size_t n;
    size_t cap;
    size_t next; /* to be asked for */
};

/* FNV-1a: what is compared is told apart by accident, not on purpose. */
static uint64_t digest(const char *bytes, size_t len)
{
    uint64_t sum = 0xcbf29ce484222325;
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * 0x100000001b3;
    return sum ? sum : 1;
}

/* Of a JSON value, however it is written; 0: there is none. */
static uint64_t digest_value(yyjson_val *v)
{
    size_t len = 0;
    char *text = v && !yyjson_is_null(v) ? yyjson_val_write(v, 0, &len) : NULL;
    uint64_t sum = text ? digest(text, len) : 0;
    free(text);
    return sum;
}

static uint64_t digest_json(const char *json)
{
    yyjson_doc *doc = json ? yyjson_read(json, strlen(json), 0) : NULL;
    uint64_t sum = digest_value(yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    return sum;
}

static bool add(struct results_past *p, const char *line, size_t len)
{
    yyjson_doc *doc = yyjson_read(line, len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *seq = yyjson_obj_get(root, "seq");
    bool is_record = yyjson_is_uint(seq);
    if (is_record) {
        p->records = xalloc_room(p->records, p->n, &p->cap, sizeof *p->records);
        p->records[p->n++] = (struct past_record){
            .seq = yyjson_get_uint(seq),
            .id = digest_value(yyjson_obj_get(root, "id")),
            .url = digest_value(yyjson_obj_get(root, "url")),
        };
    }
    yyjson_doc_free(doc);
    return is_record;
}

static bool add_all(struct results_past *p, int fd, uint64_t size)
{
    struct line_reader l;
    const char *line;
    size_t len;
    bool is_whole = true;
    line_reader_init(&l, fd, 0);
    while ((line = line_reader_next(&l, &len, &is_whole))) {
        if (!is_whole || !add(p, line, len))
            break;
    }
    is_whole = !line && l.at == size;
    line_reader_fini(&l);
    return is_whole;
}

static int by_seq(const void *a, const void *b)
{
    const struct past_record *x = a;
    const struct past_record *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

struct results_past *results_past_read(int fd, uint64_t size)
{
    struct results_past *p = xalloc_zeroed(1, sizeof *p);
    char path[32];
    /* The output itself is open for writing alone. */
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = again >= 0 && add_all(p, again, size);
    if (again >= 0)
        close(again);
    if (!ok) {
        results_past_free(p);
        return NULL;
    }
    qsort(p->records, p->n, sizeof *p->records, by_seq);
    return p;
}

void results_past_free(struct results_past *p)
{
    if (!p)
        return;
    free(p->records);
    free(p);
}

bool results_past_has(struct results_past *p, uint64_t seq, const char *id,
                      const char *url)
{
    uint64_t id_digest = digest_json(id);
    uint64_t url_digest = digest_json(url);
    while (p->next < p->n && p->records[p->next].seq < seq)
        p->next++;
    if (p->next == p->n)
        return false;
    const struct past_record *r = &p->records[p->next];
    /* A record of an entry that could not be read shows no URL. */
    return r->seq == seq && r->id == id_digest &&
           (!r->url || !url_digest || r->url == url_digest);
}
