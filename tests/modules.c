/*
 * The unit tests of one layer as one program: `unit_pool pool_slots` runs those
 * of unit/pool/slots_test.c, and nothing else in the same process.
 *
 * A program for each of the hundred modules was linked against everything that
 * quiver is made of, a quarter of the time to build the tests. UNIT_MODULES
 * comes from CMake: MODULE(pool_slots) for each.
 */
#include <stdio.h>
#include <string.h>

#define MODULE(name) int unit_##name(void);
UNIT_MODULES
#undef MODULE

static const struct module {
    const char *name;
    int (*run)(void);
} modules[] = {
#define MODULE(name) {#name, unit_##name},
    UNIT_MODULES
#undef MODULE
};

int main(int argc, char **argv)
{
    const size_t nmodules = sizeof modules / sizeof *modules;

    for (size_t i = 0; argc == 2 && i < nmodules; i++) {
        if (strcmp(argv[1], modules[i].name) == 0)
            return modules[i].run();
    }
    fprintf(stderr, "usage: %s MODULE, which is one of:\n", argv[0]);
    for (size_t i = 0; i < nmodules; i++)
        fprintf(stderr, "  %s\n", modules[i].name);
    return 2;
}
