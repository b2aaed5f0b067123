/*
 * files -- the served folder: files, index pages, listings.
 */
#ifndef CORE_SERVE_FILES_H
#define CORE_SERVE_FILES_H

#include "serve/stream.h"

/* The handler of every path that no other one has (see serve/router.h). */
void files_start(struct stream *s, struct span argument);

#endif
