/*
 * replay -- gives a program of the fuzzer files instead of inventions: the seeds
 * as tests, with any compiler.
 *
 * usage: replay_NAME FILE|FOLDER...
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "fuzz_input.h"

static unsigned nrun;

static void fail(const char *path)
{
    perror(path);
    exit(1);
}

/* Exactly as large as the file, so that ASan knows its end. */
static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (f == NULL || fstat(fileno(f), &st) != 0)
        fail(path);
    uint8_t *bytes = malloc(st.st_size ? (size_t)st.st_size : 1);
    if (bytes == NULL)
        fail(path);
    *len = fread(bytes, 1, (size_t)st.st_size, f);
    (void)fclose(f);
    return bytes;
}

static void run_file(const char *path)
{
    size_t len;
    uint8_t *bytes = read_file(path, &len);
    /* What fails names itself. */
    (void)fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(bytes, len);
    free(bytes);
    nrun++;
}

static void run_path(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        run_file(path);
        return;
    }
    for (struct dirent *e; (e = readdir(folder));) {
        if (e->d_name[0] == '.')
            continue;
        struct str inside;
        str_init(&inside);
        str_printf(&inside, "%s/%s", path, e->d_name);
        run_path(str_text(&inside));
        str_fini(&inside);
    }
    (void)closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    (void)printf("%u inputs\n", nrun);
    return nrun == 0;
}
