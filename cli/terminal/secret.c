#include "terminal/secret.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/whole_file.h"

static void show(int fd, const char *text)
{
    struct str s = {0};
    str_add_text(&s, text);
    whole_file_write(&s, fd);
    str_fini(&s);
}

bool secret_ask(const char *prompt, struct str *out)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct termios old;
    char c;
    if (fd < 0)
        return false;
    /* In front of the prompt: whoever answers it at once is not shown either,
     * and what is set with TCSAFLUSH drops what was typed before. */
    tcgetattr(fd, &old);
    struct termios silent = old;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fd, TCSAFLUSH, &silent);
    show(fd, prompt);
    while (read(fd, &c, 1) == 1 && c != '\n')
        str_add_char(out, c);
    tcsetattr(fd, TCSADRAIN, &old);
    show(fd, "\n");
    close(fd);
    return true;
}
