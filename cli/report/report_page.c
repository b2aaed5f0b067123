#include "report/report_page.h"

#include <stdint.h>

#include "base/jsonl.h"
#include "core/quiver.h"

extern const char report_page_css[];
extern const size_t report_page_css_len;
extern const char report_page_html[];
extern const size_t report_page_html_len;
extern const char report_page_js[];
extern const size_t report_page_js_len;

/* A hash as Content-Security-Policy has it: nothing but our own script and style
 * counts, whatever stands in a row. */
static void add_hash(struct str *out, const char *text, size_t len)
{
    struct qv_digest digest = {.kind = QV_DIGEST_SHA256};
    uint8_t sum[QV_DIGEST_MAX];
    qv_digest_init(&digest, digest.kind);
    qv_digest_add(&digest, text, len);
    qv_digest_end(&digest, sum);
    str_add_text(out, "'sha256-");
    jsonl_base64_digits(out, (const char *)sum,
                        qv_digest_len(QV_DIGEST_SHA256));
    str_add_char(out, '\'');
}

void report_page_begin(struct str *out)
{
    str_add_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
                      "<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" "
                      "content=\"default-src 'none'; script-src ");
    add_hash(out, report_page_js, report_page_js_len);
    str_add_text(out, "; style-src ");
    add_hash(out, report_page_css, report_page_css_len);
    str_add_text(out, "\">\n<meta name=\"viewport\" "
                      "content=\"width=device-width, initial-scale=1\">\n"
                      "<title>quiver</title>\n<style>");
    str_add(out, span_of(report_page_css, report_page_css_len));
    str_add_text(out, "</style></head>\n<body>\n");
    str_add(out, span_of(report_page_html, report_page_html_len));
    str_add_text(out, "<script type=\"text/plain\" id=\"rows\">");
}

void report_page_end(struct str *out)
{
    str_add_text(out, "</script>\n<script>");
    str_add(out, span_of(report_page_js, report_page_js_len));
    str_add_text(out, "</script>\n</body></html>\n");
}
