#include "request/cmdline.h"
#include "request/form.h"
#include "request/options.h"

#define CALL(function)                                                         \
    .kind = OPTION_CALL, .scope = SCOPE_OPERATION, .call = function,           \
    .category = CATEGORY_POST, .where = WHERE_NO_CONFIG

static const struct option rows[] = {
    {.name = "form",
     .letter = 'F',
     .argument = "<name=content>",
     CALL(form_field),
     .values = VALUES_DATA,
     .brief = "Send this field of a form by POST",
     .text =
         "Sends a form as multipart/form-data, as a browser does that uploads "
         "files (RFC 7578); each -F is a field of it.  Files are read as they "
         "are sent, so they may be of any size.\n\n"
         "name=text is a text, name=<file is the text in a file, and "
         "name=@file uploads a file, with its name and type.  - is standard "
         "input; it is read into memory unless it is a file.  "
         "name=@file1,file2 uploads several as one field.\n\n"
         "Behind a semicolon more may be said: type=<media type>, "
         "filename=<name>, encoder=<7bit, 8bit, binary, base64 or "
         "quoted-printable>, and, as often as needed, headers=<\"Name: "
         "value\"> or headers=@<file of them>.  What has a semicolon in it, or "
         "a comma in the name of a file, stands in double quotes, a "
         "backslash before quotes and backslashes in there.\n\n"
         "name=( begins a multipart within the form and =) ends it; it may "
         "have a type as well.  A Content-Type given by -H is that of the "
         "whole, and gets the boundary.",
     .example = "-F name=Ada -F 'photo=@ada.jpg;type=image/jpeg' "
                "https://example.com/form",
     .since = "0.1.0"},
    {.name = "form-string",
     .argument = "<name=text>",
     CALL(form_string),
     .brief = "As --form, the text as it is",
     .text = "Like --form, but '@', '<', '(' and ';' in the text have no "
             "meaning.",
     .example = "--form-string 'text=@home; really' https://example.com/form",
     .since = "0.1.0"},
    {.name = "form-escape",
     .kind = OPTION_FLAG,
     OPTION_AT(OPERATION, form_escape),
     .category = CATEGORY_POST,
     .where = WHERE_NO_CONFIG,
     .brief = "Backslashes in names of --form",
     .text = "Names of fields and files with quotes in them are written with "
             "backslashes, as in mail, instead of percent-encoded, as "
             "browsers do.",
     .example = "--form-escape -F 'field\"name=Ada' https://example.com/form",
     .since = "0.1.0"},
};

const struct option_group options_form = {rows, sizeof rows / sizeof rows[0]};
