#include "channel/prompt_line.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal/screen.h"

enum {
    HISTORY_MAX = 1000,       /* lines */
    BEHIND_MAX = 1024 * 1024, /* bytes that wait for the terminal */
};

static struct prompt_line *active; /* the library's callbacks have no user */

/* ---- the terminal ---- */

static ssize_t write_stream(void *cookie, const char *bytes, size_t len)
{
    struct prompt_line *p = cookie;
    line_writer_write(&p->out, bytes, len);
    return (ssize_t)len;
}

static void add_gap(struct str *out, uint64_t lines)
{
    str_printf(out,
               "* %" PRIu64 " lines are not shown: the terminal was too slow\n",
               lines);
}

static void open_terminal(struct prompt_line *p)
{
    static const cookie_io_functions_t functions = {.write = write_stream};
    line_writer_open(&p->out,
                     &(struct line_writer_options){.fd = STDOUT_FILENO,
                                                   .max = BEHIND_MAX,
                                                   .add_gap = add_gap});
    p->is_open = true;
    p->stream = fopencookie(p, "w", functions);
    if (p->stream == NULL)
        p->stream = stdout;
}

void prompt_line_close(struct prompt_line *p)
{
    if (!p->is_open)
        return;
    if (p->stream != stdout)
        (void)fclose(p->stream);
    (void)line_writer_close(&p->out);
    p->is_open = false;
    rl_outstream = stdout;
}

/* ---- history ---- */

/* $XDG_STATE_HOME/quiver/history, or in ~/.local/state; NULL: nowhere. */
static char *history_path(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    struct str path = {0};
    if (state != NULL && *state == '/')
        str_printf(&path, "%s/quiver/history", state);
    else if (home != NULL && *home != '\0')
        str_printf(&path, "%s/.local/state/quiver/history", home);
    else
        return NULL;
    return str_take(&path);
}

static void make_folders(char *path)
{
    for (char *at = path + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(path, 0700);
        *at = '/';
    }
}

/* Only its owner may read what was typed; a history that cannot be kept is none. */
static void open_history(struct prompt_line *p)
{
    using_history();
    clear_history();
    stifle_history(HISTORY_MAX);
    p->history = p->has_history ? history_path() : NULL;
    if (p->history == NULL)
        return;
    make_folders(p->history);
    int fd = open(p->history, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0) {
        free(p->history);
        p->history = NULL;
        return;
    }
    (void)fchmod(fd, 0600);
    (void)close(fd);
    (void)read_history(p->history);
}

/* What begins with a space is not for the history. */
static void remember(struct prompt_line *p, const char *line)
{
    if (*line == '\0' || *line == ' ')
        return;
    add_history(line);
    if (p->history != NULL && append_history(1, p->history) == 0)
        (void)history_truncate_file(p->history, HISTORY_MAX);
}

/* ---- what the library asks ---- */

/*
 * Between two lines the library would give the terminal back, and a Ctrl-D that is
 * typed meanwhile ends a line of the terminal's own instead of the channel: the key
 * is lost.  So the terminal is kept until the prompt stops.
 */
static void keep_terminal(void)
{
}

static void on_rl_line(char *line)
{
    struct prompt_line *p = active;
    if (line == NULL) {
        rl_deprep_terminal();
        prompt_line_stop(p);
        p->on_line(p, NULL);
        return;
    }
    remember(p, line);
    /* The library has left the line, and draws the next one behind this. */
    p->is_hidden = true;
    p->on_line(p, line);
    p->is_hidden = false;
    free(line);
}

static char *next_command(const char *text, int state)
{
    static size_t at;
    if (state == 0)
        at = 0;
    for (; active->commands[at] != NULL; at++) {
        const char *name = active->commands[at];
        size_t len = strlen(text) - 1;
        if (strncmp(name, text + 1, len) == 0) {
            struct str found = {0};
            str_printf(&found, "/%s", name);
            at++;
            return str_take(&found);
        }
    }
    return NULL;
}

/* A command at the start of the line; names of files behind one. */
static char **complete(const char *text, int start, int end)
{
    (void)end;
    if (start == 0 && *text == '/')
        return rl_completion_matches(text, next_command);
    if (rl_line_buffer[0] != '/')
        rl_attempted_completion_over = 1;
    return NULL;
}

/* ---- the loop ---- */

static void show(struct prompt_line *p)
{
    if (!p->is_on || !p->is_hidden)
        return;
    p->is_hidden = false;
    rl_reset_line_state();
    rl_redisplay();
}

/*
 * The library waits for a key, and Ctrl-C takes those before it out of the terminal:
 * what the loop has seen may be gone, and nobody would hear the signal.  So the first
 * byte is read by a description of our own, which does not wait, and handed over.
 * False: there is none.  The end of the terminal is the library's to see.
 */
static bool take_key(const struct prompt_line *p)
{
    unsigned char key;
    if (p->keys < 0)
        return true;
    ssize_t n = read(p->keys, &key, 1);
    if (n == 1)
        (void)rl_stuff_char(key);
    return n >= 0 || errno != EAGAIN;
}

/* A key changes the line where it stands. */
static void on_readable(struct qv_fd *watch, unsigned ready)
{
    struct prompt_line *p = QV_OWNER(watch, struct prompt_line, watch);
    (void)ready;
    if (!take_key(p))
        return;
    show(p);
    rl_callback_read_char();
}

static void on_resize(struct qv_signal *s)
{
    (void)s;
    rl_resize_terminal();
}

/* The signal's own action is the right one: where no shell would let us go on, it
 * does not stop us. */
static void on_suspend(struct qv_signal *s)
{
    struct prompt_line *p = QV_OWNER(s, struct prompt_line, suspend);
    prompt_line_hide(p);
    rl_deprep_terminal();
    (void)fflush(p->stream);
    qv_signal_unwatch(p->client, s);
    (void)raise(SIGTSTP);
    qv_signal_watch(p->client, s, SIGTSTP);
    rl_prep_terminal(1);
    rl_reset_screen_size();
}

static void on_redraw(struct qv_timer *t)
{
    show(QV_OWNER(t, struct prompt_line, redraw));
}

void prompt_line_hide(struct prompt_line *p)
{
    if (!p->is_on || p->is_hidden)
        return;
    p->is_hidden = true;
    if (screen_can_redraw(STDOUT_FILENO))
        rl_clear_visible_line();
    else
        (void)fputc('\n', rl_outstream);
    (void)fflush(rl_outstream);
    qv_timer_arm(p->client, &p->redraw, 0);
}

void prompt_line_print(struct prompt_line *p, const struct str *lines)
{
    prompt_line_hide(p);
    line_writer_write(&p->out, lines->base, lines->len);
}

/* ---- life ---- */

void prompt_line_start(struct prompt_line *p)
{
    active = p;
    p->is_on = true;
    rl_readline_name = "quiver";
    rl_instream = stdin;
    open_terminal(p);
    rl_outstream = p->stream;
    rl_catch_signals = 0; /* the engine has them */
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_deprep_term_function = keep_terminal;
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = (char *)" \t";
    rl_basic_word_break_characters = (char *)" \t";
    open_history(p);
    p->keys =
        open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    p->watch = (struct qv_fd){.fd = STDIN_FILENO, .on_ready = on_readable};
    p->resize.on_signal = on_resize;
    p->suspend.on_signal = on_suspend;
    p->redraw.on_expired = on_redraw;
    rl_callback_handler_install("> ", on_rl_line);
    qv_fd_watch(p->client, &p->watch, QV_READABLE);
    qv_signal_watch(p->client, &p->resize, SIGWINCH);
    qv_signal_watch(p->client, &p->suspend, SIGTSTP);
}

void prompt_line_stop(struct prompt_line *p)
{
    if (!p->is_on)
        return;
    if (!p->is_hidden)
        prompt_line_hide(p);
    p->is_on = false;
    qv_timer_disarm(p->client, &p->redraw);
    qv_fd_unwatch(p->client, &p->watch);
    qv_signal_unwatch(p->client, &p->resize);
    qv_signal_unwatch(p->client, &p->suspend);
    rl_callback_handler_remove();
    rl_deprep_terminal();
    if (p->keys >= 0)
        close(p->keys);
    (void)fflush(p->stream);
    rl_clear_history();
    free(p->history);
    p->history = NULL;
}
