#include "batch/task_body.h"

#include "files/filename.h"
#include "request/cmdline.h"
#include "request/expect.h"

/* False: the entry's name for it is none. */
static bool find_path(const struct batch_options *o, const struct entry *e,
                      enum record_body_mode mode, char **path, struct str *why)
{
    const char *folder = e->op->output_dir;
    const char *wrong;
    *path = NULL;
    if (e->output && e->is_output_free) {
        *path = filename_join(e->output[0] == '/' ? NULL : folder, e->output);
    } else if (e->output) {
        *path = batch_body_path(folder, e->output, &wrong);
        if (!*path) {
            str_printf(why, "output '%.100s': %s", e->output, wrong);
            return false;
        }
    } else if (mode == RECORD_BODY_FILE) {
        *path =
            batch_body_name(o->body_dir ? o->body_dir : folder, e->seq, e->id);
    }
    return true;
}

bool task_body_begin(struct batch_body *b, const struct batch_options *o,
                     const struct entry *e, bool is_void, struct str *why)
{
    enum record_body_mode mode = e->output ? RECORD_BODY_FILE : o->body;
    bool is_hashed = mode == RECORD_BODY_FILE || mode == RECORD_BODY_HASH ||
                     expect_wants_sha256(e->expect);
    char *path = NULL;
    if (is_void)
        mode = RECORD_BODY_NONE;
    else if (!find_path(o, e, mode, &path, why))
        return false;
    batch_body_begin(b, mode, (size_t)o->body_max, is_hashed, path);
    if (e->checksums)
        batch_body_check(b, e->checksums);
    else if (e->op && e->op->checksums.len) /* of a curl configuration */
        batch_body_check(b, &e->op->checksums);
    return true;
}

bool task_body_has_sums(struct batch_body *b, struct str *why)
{
    if (batch_body_check_sums(b, why))
        return true;
    batch_body_discard(b);
    return false;
}
