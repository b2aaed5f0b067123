/*
 * slab -- malloc() for one library's session: pieces that come and go with
 * each request, a few sizes of them.
 *
 * nghttp2 and nghttp3 allocate some fifteen pieces a request.  With fifty
 * requests on their way malloc()'s own quick lists (seven of a size) run over,
 * and the rest takes the long way.  A slab keeps what was freed, up to a bound.
 */
#ifndef CORE_BASE_SLAB_H
#define CORE_BASE_SLAB_H

#include <stddef.h>

#define SLAB_CLASSES 16

struct slab {
    struct slab_piece *free[SLAB_CLASSES];
    size_t kept; /* bytes in them */
};

void slab_init(struct slab *s);
void slab_fini(struct slab *s); /* all pieces were given back */

/* As malloc() and friends, with their shapes as the libraries want them; `slab`
 * is a struct slab. */
void *slab_malloc(size_t size, void *slab);
void slab_free(void *p, void *slab);
void *slab_calloc(size_t n, size_t size, void *slab);
void *slab_realloc(void *p, size_t size, void *slab);

#endif
