#include "fetch/head_dump.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "terminal/console.h"
#include "terminal/escape.h"

static bool is_to_stdout(const struct operation *op)
{
    return strcmp(op->dump_header, "-") == 0;
}

static bool is_to_stderr(const struct operation *op)
{
    return strcmp(op->dump_header, "%") == 0;
}

static bool add_to_stdout(struct printed *printed, const struct str *head)
{
    struct str shown = {0};
    escape_for_fd(&shown, STDOUT_FILENO, head);
    enum qv_flow flow = printed_write(printed, shown.base, shown.len);
    str_fini(&shown);
    if (flow == QV_ABORT)
        errno = printed->lanes->writer.failed;
    return flow != QV_ABORT;
}

static void add_to_stderr(const struct str *head)
{
    struct str shown = {0};
    escape_for_fd(&shown, STDERR_FILENO, head);
    console_write(&shown);
    str_fini(&shown);
}

bool head_dump_add(struct operation *op, struct printed *printed,
                   const struct str *head)
{
    if (!op->dump_header)
        return true;
    if (is_to_stdout(op))
        return add_to_stdout(printed, head);
    if (is_to_stderr(op)) {
        add_to_stderr(head);
        return true;
    }
    return head_file_add(&op->heads, op->dump_header, printed, head);
}

const char *head_dump_name(const struct operation *op)
{
    return is_to_stdout(op) ? "standard output" : op->dump_header;
}

bool head_dump_take_back(struct operation *op, const struct printed *printed)
{
    return !op->dump_header || is_to_stdout(op) || is_to_stderr(op) ||
           head_file_take_back(&op->heads, op->dump_header, printed);
}

void head_dump_settle(struct operation *op, const struct printed *printed)
{
    head_file_settle(&op->heads, printed);
}
