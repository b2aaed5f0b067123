#include "request/netrc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "login:password" for the host, "-" for what the entry does not say, "none"
 * without one. */
static const char *ask(const char *file, const char *host, const char *user)
{
    static char text[200];
    struct netrc n;
    netrc_read(&n, file, strlen(file));
    const struct netrc_entry *e = netrc_find(&n, host, user);
    if (e)
        (void)snprintf(text, sizeof text, "%s:%s", e->login ? e->login : "-",
                       e->password ? e->password : "-");
    else
        (void)snprintf(text, sizeof text, "none");
    netrc_fini(&n);
    return text;
}

static void hosts_have_what_their_entries_say(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *host;
        const char *user;
        const char *found;
    } cases[] = {
        {"machine h login u password p", "h", NULL, "u:p"},
        {"machine\th\r\n login\n\nu\npassword p\r\n", "H", NULL, "u:p"},
        {"MACHINE h LOGIN u PassWord p", "h", NULL, "u:p"},
        {"machine h login u password p", "h.example", NULL, "none"},
        {"machine h.example login u password p", "h", NULL, "none"},
        {"machine a login u password p machine h login v password q", "h", NULL,
         "v:q"},
        {"", "h", NULL, "none"},
        {"machine", "h", NULL, "none"},
        {"machine h", "h", NULL, "none"},
        {"machine h login", "h", NULL, "none"},
        {"machine h login u", "h", NULL, "u:-"},
        {"machine h password p", "h", NULL, "-:p"},
        /* the last word of an entry counts */
        {"machine h login u login v password p password q", "h", NULL, "v:q"},
        /* words that mean nothing, and those of other programs */
        {"machine h port 21 login u account x password p", "h", NULL, "u:p"},
        {"machine h account login login u password p", "h", NULL, "u:p"},
        {"login u password p machine h", "h", NULL, "none"},
        /* names like keywords */
        {"machine h login machine password password", "h", NULL,
         "machine:password"},
        {"machine machine login u password p", "machine", NULL, "u:p"},
        {"machine h \"login\" u password p", "h", NULL, "-:p"},
        /* quotes */
        {"machine h login \"a b\" password \"c\\\"d\\\\e\\nf\\tg\\zh\"", "h",
         NULL, "a b:c\"d\\e\nf\tgzh"},
        {"machine h login u password \"\"", "h", NULL, "u:"},
        {"machine h login u password p\"q", "h", NULL, "u:p\"q"},
        {"machine h login u password \"a\nb\"", "h", NULL, "u:a\nb"},
        /* comments */
        {"# machine h login no password no\nmachine h login u password p", "h",
         NULL, "u:p"},
        {"machine h\n  # login no\nlogin u\n#x\npassword p", "h", NULL, "u:p"},
        {"machine h login u#1 password #p", "h", NULL, "u#1:#p"},
        /* default */
        {"machine a login a password a\ndefault login u password p", "h", NULL,
         "u:p"},
        {"default login u password p machine h login v password q", "h", NULL,
         "u:p"},
        {"default", "h", NULL, "none"},
        /* macros */
        {"macdef m\nmachine h login no password no\n\nmachine h login u "
         "password p",
         "h", NULL, "u:p"},
        {"machine h login u\nmacdef m\npassword no\n\r\npassword no\n", "h",
         NULL, "u:-"},
        {"macdef m\nmachine h login u password p\n", "h", NULL, "none"},
        {"macdef", "h", NULL, "none"},
        /* users that URLs name */
        {"machine h login a password 1 machine h login b password 2", "h", "b",
         "b:2"},
        {"machine h login a password 1", "h", "b", "none"},
        {"machine h login a password 1", "h", "A", "none"},
        {"machine h password 1", "h", "b", "-:1"},
        {"machine h password 1 machine h login b password 2", "h", "b", "-:1"},
        {"machine h login b default login b password 2", "h", "b", "b:2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = ask(cases[i].file, cases[i].host, cases[i].user);
        if (strcmp(found, cases[i].found) != 0)
            print_message("in '%s'\n", cases[i].file);
        assert_string_equal(found, cases[i].found);
    }
}

/* CVE-2024-11053, CVE-2025-0167 of curl: an entry that lacks something got it
 * from another one. */
static void no_host_gets_another_ones_password(void **state)
{
    (void)state;
    static const char file[] = "machine a login a password of-a\n"
                               "machine b login b\n"
                               "machine c\n"
                               "machine d login d password of-d\n"
                               "default\n";
    assert_string_equal(ask(file, "b", NULL), "b:-");
    assert_string_equal(ask(file, "c", NULL), "none");
    assert_string_equal(ask(file, "e", NULL), "none");
    assert_string_equal(ask(file, "b", "a"), "none");
}

static unsigned broken_at(const char *file, size_t len)
{
    struct netrc n;
    netrc_read(&n, file, len);
    unsigned line = n.broken_at;
    netrc_fini(&n);
    return line;
}

static void what_stands_before_a_mistake_holds(void **state)
{
    (void)state;
    static const char file[] = "machine a login a password p\n"
                               "machine b login b\n"
                               "password \"not closed\n"
                               "machine c login c password p\n";
    assert_string_equal(ask(file, "a", NULL), "a:p");
    assert_string_equal(ask(file, "b", NULL), "none");
    assert_string_equal(ask(file, "c", NULL), "none");
    assert_true(broken_at(file, strlen(file)) >= 3);
    assert_int_equal(broken_at("machine \"x", 10), 1);
    assert_int_equal(broken_at("machine \"x\\", 11), 1);
    assert_int_equal(broken_at("\nmachine a\0b", 12), 2);
    assert_int_equal(broken_at("machine a", 9), 0);
}

static void what_is_too_long_is_no_file_of_passwords(void **state)
{
    (void)state;
    static char file[200000];
    memset(file, '\n', sizeof file);
    assert_int_equal(broken_at(file, sizeof file - 1), 1);
    assert_int_equal(broken_at(file, 131071), 0);
    memset(file, 'x', 16384);
    assert_int_equal(broken_at(file, 16384 + 1), 1);
    memset(file + 4096, '\n', 1);
    memset(file + 8193, '\n', 1);
    assert_int_equal(broken_at(file, 8192), 0);
    assert_int_equal(broken_at(file, 9000), 0);
    memset(file, 'x', 4097);
    file[4097] = '\n';
    assert_int_equal(broken_at(file, 5000), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_have_what_their_entries_say),
        cmocka_unit_test(no_host_gets_another_ones_password),
        cmocka_unit_test(what_stands_before_a_mistake_holds),
        cmocka_unit_test(what_is_too_long_is_no_file_of_passwords),
    };
    return cmocka_run_group_tests_name("cli/request/netrc", tests, NULL, NULL);
}
