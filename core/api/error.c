#include "api/libraries.h"
#include "base/err.h"
#include "quiver.h"

const char *qv_version(void)
{
    return QUIVER_VERSION;
}

const struct qv_library *qv_libraries(void)
{
    return libraries_list();
}

const char *qv_exit_text(int status)
{
    return err_exit_text(status);
}
