#include "args/parser.h"
#include "request/cmdline.h"
#include "request/expect_words.h"
#include "request/options.h"

/* Made anew for each transfer; here it is only looked at. */
static bool take_expect(struct parser *p, const struct option *o,
                        const char *arg)
{
    struct operation *op = p->scope[SCOPE_OPERATION];
    struct expect *e = expect_new();
    struct str why = {0};
    bool is_good = expect_words_add(e, arg, &why);
    expect_free(e);
    if (is_good)
        strings_add(&op->expected, arg);
    else
        (void)parser_fail(p, "option --%s: %s", o->name, why.base);
    str_fini(&why);
    return is_good;
}

static const struct option rows[] = {
    {.name = "expect",
     .argument = "<key=value>",
     .kind = OPTION_CALL,
     .call = take_expect,
     .scope = SCOPE_OPERATION,
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_CONFIG,
     .brief = "Fail unless the answer is like this",
     .text =
         "status=200-299,304: one of these.  header.NAME: the field is there, "
         "header.NAME=VALUE: and is this, no-header.NAME: it is not there.  "
         "sha256=HEX: of the body.  max-time=SECONDS: it takes no longer; "
         "unlike --max-time this stops nothing.  body-contains=TEXT.  Several "
         "may be given, and all must hold (of several status= one).  What does "
         "not is told with what came, and is exit 112; a file is kept unless "
         "--remove-on-error is given.  Of redirects that are followed the last "
         "answer counts.\n\n"
         "In a batch this holds for the entries that have no \"expect\" of "
         "their own, nor by --defaults.",
     .example = "--expect status=200 --expect header.etag https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_expect = {rows, sizeof rows / sizeof rows[0]};
