/*
 * Where the leak check of a sanitized quiver looks for pointers.
 *
 * By itself it reads every writable segment. With the runtime linked into the
 * program that is 6 MB of the runtime's own tables, of which nothing points to
 * the program's memory: 1,400 page faults, a quarter of what a start and end
 * of the program cost, and the tests start it thousands of times. Here the
 * regions are named one by one: those of the program, and of every shared
 * object whole. What would be forgotten is not silent: it is reported as a
 * leak.
 *
 * This must be the first object that the linker sees after the runtime, so
 * that `first` stands behind the runtime's tables and before the variables of
 * everybody else.
 */
#include <link.h>
#include <sanitizer/lsan_interface.h>
#include <stddef.h>
#include <stdlib.h>

/* The linker's: zeroed variables are from __bss_start to _end. */
extern char __data_start[], __bss_start[], _end[];

static char first[1];

const char *__lsan_default_options(void);

const char *__lsan_default_options(void)
{
    return "use_globals=0";
}

static void add(const char *begin, const char *end)
{
    __lsan_register_root_region(begin, (size_t)(end - begin));
}

static int add_shared_object(struct dl_phdr_info *object, size_t len,
                             void *user)
{
    const char *base = (const char *)object->dlpi_addr;

    (void)len;
    (void)user;
    if (object->dlpi_name[0] == '\0') /* the program itself */
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        const char *begin = base + part->p_vaddr;

        if (part->p_type == PT_LOAD && part->p_flags & PF_W)
            add(begin, begin + part->p_memsz);
    }
    return 0;
}

static void name_regions(void)
{
    add(__data_start, __bss_start);
    add(first, _end);
    dl_iterate_phdr(add_shared_object, NULL);
}

/* At the end, to have what was loaded meanwhile, and before the check: that
 * was registered earlier, by the runtime. */
__attribute__((constructor)) static void begin(void)
{
    atexit(name_regions);
}
