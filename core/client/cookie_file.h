/*
 * cookie_file -- cookies as text, in the form of Netscape's cookies.txt that curl,
 * wget and yt-dlp read and write too.
 *
 *     example.com TAB include subdomains TAB path TAB Secure TAB expires TAB name
 *     TAB value
 *
 * The second and the fourth are TRUE or FALSE, expires is seconds since 1970 or 0
 * for a session; "#HttpOnly_" may stand before the domain.  SameSite has no place
 * in it.
 */
#ifndef CORE_CLIENT_COOKIE_FILE_H
#define CORE_CLIENT_COOKIE_FILE_H

#include <stdbool.h>

#include "base/span.h"
#include "base/str.h"
#include "client/cookie_jar.h"
#include "pool/state_report.h"

/*
 * Lines "Set-Cookie: ..." are read as well, as curl -D writes them; what lacks a
 * Domain there is the first host's that is asked for.  False: nothing of it is
 * this, and nothing was taken.
 */
bool cookie_file_load(struct cookie_jar *jar, enum state_role role,
                      struct span text, int64_t now,
                      struct state_report *report);
void cookie_file_save(struct cookie_jar *jar, int64_t now, struct str *text);

#endif
