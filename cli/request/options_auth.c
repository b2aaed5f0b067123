#include "request/auth_calls.h"
#include "request/options.h"
#include "request/request_options.h"

#define AUTH(bits)                                                             \
    .kind = OPTION_BIT, .value = (bits), OPTION_AT(REQUEST, engine.auth)

static const struct option rows[] = {
    {.name = "user",
     .letter = 'u',
     .argument = "<user:password>",
     .kind = OPTION_CALL,
     .call = auth_calls_user,
     .category = CATEGORY_AUTH,
     .secret = true,
     .important = true,
     OPTION_AT(REQUEST, engine.user),
     .brief = "Log in with name and password",
     .text = "Credentials for Basic, or for what --digest, --anyauth and "
             "--aws-sigv4 say.  Without a colon the password is asked for on "
             "the terminal.  The argument is hidden from the process list.",
     .example = "-u name:word https://example.com/",
     .since = "0.1.0"},
    {.name = "basic",
     AUTH(QV_AUTH_BASIC),
     .category = CATEGORY_AUTH,
     .usual = "",
     .brief = "Use Basic authentication",
     .text = "Sends name and password with the first request already (RFC "
             "7617).  With another of these options as well, the best that the "
             "server offers is used, once it has asked.",
     .example = "--basic -u name:word https://example.com/",
     .since = "0.1.0"},
    {.name = "digest",
     AUTH(QV_AUTH_DIGEST),
     .category = CATEGORY_AUTH,
     .brief = "Use Digest authentication",
     .text = "Answers the challenge of a server (RFC 7616: SHA-512-256, "
             "SHA-256, MD5, auth and auth-int); from then on with each request "
             "to it.  A body is sent once there is a challenge: the request "
             "that asks for it has none.  For auth-int a file or form is read "
             "twice; what comes from a pipe is not answered for.",
     .example = "--digest -u name:word https://example.com/",
     .since = "0.1.0"},
    {.name = "anyauth",
     AUTH(QV_AUTH_ANY),
     .category = CATEGORY_AUTH,
     .brief = "The best that the server offers",
     .text = "Asks without credentials first; then uses a bearer token if "
             "there is one and the server takes it, else Digest, else Basic.  "
             "A body that cannot be read twice ends with exit 65 then.",
     .example = "--anyauth -u name:word https://example.com/",
     .since = "0.1.0"},
    {.name = "oauth2-bearer",
     .not_empty = true,
     .argument = "<token>",
     .kind = OPTION_CALL,
     .call = auth_calls_bearer,
     OPTION_AT(REQUEST, engine.bearer),
     .category = CATEGORY_AUTH,
     .secret = true,
     .brief = "Send this bearer token",
     .text = "Sends \"Authorization: Bearer <token>\".  The argument is "
             "hidden from the process list.",
     .example = "--oauth2-bearer mF_9.B5f-4.1JqM https://example.com/",
     .since = "0.1.0"},
    {.name = "aws-sigv4",
     .argument = "<provider1[:prvdr2[:reg[:srv]]]>",
     .kind = OPTION_CALL,
     .call = auth_calls_aws_sigv4,
     OPTION_AT(REQUEST, engine.aws_sigv4),
     .category = CATEGORY_AUTH,
     .brief = "Sign requests as AWS wants them",
     .text = "Signs with AWS Signature Version 4: name and password of -u are "
             "the access key, region and service come from the host if they "
             "are not given.  Host, date, body and the fields of -H are "
             "signed; for S3 a body from a file is not (UNSIGNED-PAYLOAD), for "
             "other services the file is read twice.",
     .example = "--aws-sigv4 aws:amz:eu-west-1:s3 -u key:secret "
                "https://bucket.example.com/file",
     .since = "0.1.0"},
    {.name = "netrc",
     .letter = 'n',
     .kind = OPTION_FLAG,
     OPTION_AT(REQUEST, netrc),
     .category = CATEGORY_AUTH,
     .brief = "Take credentials from ~/.netrc",
     .text =
         "Looks up the host of each request, those after redirects too, in "
         "the file that NETRC names or ~/.netrc.  Without an entry there "
         "are no credentials; -u counts more; of a name in the URL the "
         "password is looked for.  A file that is not there ends with exit "
         "26.  Who else may read it is not looked at, as in curl: it should "
         "be nobody.",
     .example = "-n https://example.com/",
     .since = "0.1.0"},
    {.name = "netrc-file",
     .not_empty = true,
     .argument = "<filename>",
     .kind = OPTION_STRING,
     OPTION_AT(REQUEST, netrc_file),
     .category = CATEGORY_AUTH,
     .values = VALUES_FILE,
     .brief = "As -n, from this file",
     .text = "Takes credentials from this file, as --netrc does from the usual "
             "one; with --netrc-optional as that does.",
     .example = "--netrc-file ~/logins https://example.com/",
     .since = "0.1.0"},
    {.name = "netrc-optional",
     .kind = OPTION_FLAG,
     OPTION_AT(REQUEST, netrc_optional),
     .category = CATEGORY_AUTH,
     .brief = "As -n, the URL counts more",
     .text = "As --netrc, but name and password in the URL count more, and the "
             "file need not be there.",
     .example = "--netrc-optional https://example.com/",
     .since = "0.1.0"},
    {.name = "disallow-username-in-url",
     .kind = OPTION_FLAG,
     OPTION_AT(REQUEST, engine.no_url_user),
     .category = CATEGORY_AUTH,
     .brief = "Refuse URLs with a user name",
     .text = "A URL with a name or password in it ends with exit 67 before "
             "anything is sent.",
     .example = "--disallow-username-in-url https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_auth = {rows, sizeof rows / sizeof rows[0]};
