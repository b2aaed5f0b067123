#include "cli/args/line_rig.h"

#include <stdlib.h>
#include <string.h>

#include "config/options_config.h"

static bool on_url(struct parser *p, const char *operand)
{
    cmdline_url_target(p->scope[SCOPE_OPERATION])->url = operand;
    return true;
}

static void split(struct line_rig *l, const char *text)
{
    char *copy = strdup(text);
    l->words[l->n++] = strdup("quiver");
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        if (l->n == LINE_RIG_WORDS_MAX)
            abort();
        l->words[l->n++] = strdup(word);
    }
    free(copy);
}

void line_rig_init(struct line_rig *l, const char *text,
                   void (*on_next)(struct parser *p))
{
    *l = (struct line_rig){.cmdline = cmdline_new()};
    split(l, text);
    l->parser = (struct parser){
        .groups = options_fetch,
        .scope = {[SCOPE_SESSION] = l->cmdline,
                  [SCOPE_OPERATION] = l->cmdline->first,
                  [SCOPE_REQUEST] = &l->cmdline->first->how},
        .owned = &l->cmdline->owned,
        .on_operand = on_url,
        .on_next = on_next,
    };
}

void line_rig_fini(struct line_rig *l)
{
    cmdline_free(l->cmdline);
    for (int i = 0; i < l->n; i++)
        free(l->words[i]);
}
