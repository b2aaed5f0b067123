/*
 * libraries -- which libraries are linked, in which versions.
 */
#ifndef CORE_API_LIBRARIES_H
#define CORE_API_LIBRARIES_H

#include "quiver.h"

/* Ends with a NULL name. */
const struct qv_library *libraries_list(void);

#endif
