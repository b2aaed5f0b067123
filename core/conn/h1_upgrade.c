#include "conn/h1_upgrade.h"

#include "base/fault.h"

bool h1_upgrade_is_asked(const struct request *r)
{
    return r->protocol.base ||
           fields_has_token(&r->fields, "connection", "upgrade");
}

struct span h1_upgrade_method(const struct request *r)
{
    return r->protocol.base ? SPAN_LIT("GET") : r->method;
}

static bool is_listed(const struct fields *fields, struct span protocol)
{
    struct fields_list list = fields_list_of(fields, "upgrade");
    struct span element;
    while (fields_list_next(&list, &element))
        if (span_equal_nocase(element, protocol))
            return true;
    return false;
}

/* Of the protocols that a user has written into the fields. */
static bool is_one_of_ours(const struct request *r, const struct fields *answer)
{
    struct fields_list list = fields_list_of(&r->fields, "upgrade");
    struct span element;
    bool is_any = true;
    while (fields_list_next(&list, &element)) {
        is_any = false;
        if (is_listed(answer, element))
            return true;
    }
    return is_any; /* none was named */
}

bool h1_upgrade_is_taken(const struct request *r, const struct fields *answer,
                         struct fault *fault)
{
    if (r->protocol.base ? is_listed(answer, r->protocol)
                         : is_one_of_ours(r, answer))
        return true;
    struct span other = fields_value(answer, "upgrade");
    if (other.base == NULL)
        fault_set(fault, ERR_WEIRD_REPLY, 0,
                  "101 without saying to which protocol");
    else
        fault_set(fault, ERR_WEIRD_REPLY, 0,
                  "101 to \"%.*s\", which was not asked for",
                  (int)(other.len < 60 ? other.len : 60),
                  (const char *)other.base);
    return false;
}

struct span h1_upgrade_wanted(const struct request *r,
                              enum http_version version)
{
    struct span wanted = {NULL, 0};
    if (version != HTTP_VERSION_1_1 || r->body_len != BODY_LEN_NONE ||
        !span_equal(r->method, SPAN_LIT("GET")) ||
        !fields_has_token(&r->fields, "connection", "upgrade"))
        return wanted;
    struct fields_list list = fields_list_of(&r->fields, "upgrade");
    if (!fields_list_next(&list, &wanted))
        return (struct span){NULL, 0};
    return wanted;
}
