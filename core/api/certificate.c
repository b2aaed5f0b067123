#include "base/str.h"
#include "quiver.h"
#include "transport/cert_text.h"

char *qv_certificate_text(const struct qv_certificate *c)
{
    struct str text;
    str_init(&text);
    cert_text_add(&text, span_of(c->der, c->len));
    return str_take(&text);
}
