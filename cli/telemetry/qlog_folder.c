#include "telemetry/qlog_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/redact.h"

const struct qv_qlog *qlog_folder_ask(struct qv_qlog *to, const char *option,
                                      bool show_secrets, bool is_noted)
{
    const char *folder = option ? option : getenv("QLOGDIR");
    if (folder && *folder == '\0')
        folder = NULL;
    if (folder == NULL && !is_noted)
        return NULL;
    to->is_noted = is_noted;
    to->folder = folder;
    to->hides = show_secrets ? NULL : redact_is_field;
    return to;
}

/* What connections say is nobody else's business. */
bool qlog_folder_make(const char *option)
{
    if (option == NULL)
        return true;
    if (mkdir(option, 0700) != 0 && errno != EEXIST)
        return false;
    struct stat st;
    if (stat(option, &st) != 0)
        return false;
    if (!S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return false;
    }
    return access(option, W_OK | X_OK) == 0;
}
