#include "entry.h"

#include <stdlib.h>

void entry_free(struct entry *e)
{
    if (!e)
        return;
    free(e->memory);
    free(e);
}
