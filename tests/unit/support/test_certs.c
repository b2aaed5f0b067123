#include "support/test_certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SKIPPED = 77
}; /* what CTest takes for a skipped test */

static char folder[64];

static void run(const char *program)
{
    char command[256];
    (void)snprintf(command, sizeof command, "%s '%s'", program, folder);
    if (system(command) != 0)
        folder[0] = '\0';
}

static void remove_folder(void)
{
    if (folder[0])
        run("rm -rf");
}

const char *test_certs_folder(void)
{
    static bool is_tried;
    if (!is_tried) {
        is_tried = true;
        (void)strcpy(folder, "/tmp/quiver-certs-XXXXXX");
        if (mkdtemp(folder) == NULL)
            folder[0] = '\0';
        else
            run("${QUIVER_TEST_PYTHON:-python3} tests/faults/certs.py");
        (void)atexit(remove_folder);
    }
    if (!folder[0] && getenv("CI") == NULL) {
        puts("Skipped: python3 with the module cryptography is missing.");
        exit(SKIPPED);
    }
    return folder[0] ? folder : NULL;
}

const char *test_certs_path(const char *name, const char *suffix)
{
    static char paths[8][192];
    static unsigned next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s%s", test_certs_folder(), name,
                   suffix);
    return path;
}

bool test_certs_next(struct test_certs_row *row)
{
    static FILE *f;
    char verdict[16] = "";
    char line[512];
    if (f == NULL)
        f = fopen(test_certs_path("manifest", ".tsv"), "r");
    if (f == NULL)
        return false;
    if (!fgets(line, sizeof line, f)) {
        (void)fclose(f);
        f = NULL;
        return false;
    }
    row->reason[0] = '\0';
    if (sscanf(line, "%63[^\t]\t%63[^\t]\t%15[^\t\n]\t%127[^\n]", row->name,
               row->host, verdict, row->reason) < 3)
        return false;
    row->is_good = strcmp(verdict, "accept") == 0;
    return true;
}
