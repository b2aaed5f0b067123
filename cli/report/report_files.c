#include "report/report_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/quiver.h"
#include "terminal/complain.h"

enum {
    TELL_MAX = 3 /* lines of a file; something else than records has many */
};

bool report_file_open(struct report_file *f, const char *name, uint64_t *nbad)
{
    struct stat st;
    *f = (struct report_file){.name = name, .nbad = nbad};
    f->fd = strcmp(name, "-") != 0 ? open(name, O_RDONLY | O_CLOEXEC)
                                   : STDIN_FILENO;
    /* Of a folder that is said only when it is read. */
    if (f->fd >= 0 && fstat(f->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(f->fd);
        f->fd = -1;
        errno = EISDIR;
    }
    if (f->fd < 0) {
        complain_error(QV_EXIT_READ, name, strerror(errno));
        return false;
    }
    line_reader_init(&f->lines, f->fd, 0);
    f->lines.is_edited = true;
    return true;
}

void report_file_close(struct report_file *f)
{
    line_reader_fini(&f->lines);
    if (f->fd > STDIN_FILENO)
        close(f->fd);
    f->fd = -1;
}

static void tell_bad(struct report_file *f, const char *what)
{
    if (f->is_quiet)
        return;
    ++*f->nbad;
    if (++f->nbad_here <= TELL_MAX)
        complain_notice("%s:%" PRIu64 ": %s", f->name, f->line, what);
}

/* The rest of them, once. */
static void tell_more(struct report_file *f)
{
    if (f->nbad_here > TELL_MAX)
        complain_notice("%s: %" PRIu64 " lines are not records, and do not "
                        "count",
                        f->name, f->nbad_here);
    f->nbad_here = 0;
}

bool report_file_next(struct report_file *f, struct report_record *r)
{
    bool is_whole;
    size_t len;
    for (;;) {
        uint64_t offset = f->lines.at;
        const char *line = line_reader_next(&f->lines, &len, &is_whole);
        if (!line)
            break;
        f->line++;
        *r = (struct report_record){
            .file = f->name, .line = f->line, .offset = offset};
        if (report_record_parse(r, line, len))
            return true;
        tell_bad(f, is_whole ? "this is not a record; it does not count"
                             : "the last line is torn; it does not count");
    }
    if (f->lines.failed) {
        errno = f->lines.failed;
        tell_bad(f, strerror(errno));
    }
    tell_more(f);
    return false;
}

bool report_file_at(struct report_file *f, uint64_t offset,
                    struct report_record *r)
{
    bool is_whole;
    size_t len;
    line_reader_seek(&f->lines, offset);
    *r = (struct report_record){.file = f->name, .offset = offset};
    const char *line = line_reader_next(&f->lines, &len, &is_whole);
    return line && report_record_parse(r, line, len);
}
