/*
 * What a sanitized quiver asks of its runtime so that a start and an end of it are
 * cheap: the tests have thousands of them.
 *
 * Where the leak check looks for pointers.
 *
 * By itself it reads every writable segment. With the runtime linked into the
 * program that is 6 MB of the runtime's own tables, of which nothing points to
 * the program's memory: 1,400 page faults, a quarter of what a start and end
 * of the program cost. Regions can be named instead, but for each of them it
 * reads /proc/self/maps once. So what may point to memory is collected here,
 * at the end, from the variables of the program (but not from zeroed pages
 * that nobody has touched, buffers of a megabyte) and of every shared object,
 * and the one region is what was collected. What would be forgotten is not
 * silent: it is reported as a leak.
 *
 * How many callers are kept of whoever allocates. Each source file tells the
 * runtime of its variables before main, which keeps the callers of that as
 * well, each in a page of its table that is touched for this alone: 300 page
 * faults. So there is one caller until then, as many as ever afterwards.
 *
 * This must be the first object that the linker sees after the runtime, so
 * that `first` stands behind the runtime's tables and before the variables of
 * everybody else.
 */
#include <fcntl.h>
#include <link.h>
#include <sanitizer/lsan_interface.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLERS_KEPT  30 /* the runtime's own default */
#define PAGES_AT_ONCE 512
#define FOUND_MAX     16384
#define ADDRESS_MAX   ((uintptr_t)1 << 47) /* what a process has of 64 bits */

/* The linker's: zeroed variables are from __bss_start to _end. */
extern char __data_start[], __bss_start[], _end[];

static char first[1];

/* The runtime's own, in C++; where it has none, callers are kept from the start. */
__attribute__((weak)) void
set_callers_kept(unsigned n) __asm__("_ZN6__asan20SetMallocContextSizeEj");

const char *__asan_default_options(void);
const char *__lsan_default_options(void);

const char *__asan_default_options(void)
{
    return set_callers_kept != NULL ? "malloc_context_size=1" : "";
}

const char *__lsan_default_options(void)
{
    return "use_globals=0";
}

static uintptr_t found[FOUND_MAX];
static size_t nfound;

/* The words of it that may point to memory. When there are too many, the region
 * itself is named. */
__attribute__((no_sanitize("address", "undefined"))) static void
add(const char *begin, const char *end)
{
    const uintptr_t *at = (const uintptr_t *)(((uintptr_t)begin + 7) & ~7UL);
    const uintptr_t *to = (const uintptr_t *)((uintptr_t)end & ~7UL);

    for (; at < to; at++) {
        /* Most are numbers or point into the program, which begins low. */
        if (*at < (uintptr_t)_end || *at > ADDRESS_MAX)
            continue;
        if (nfound == FOUND_MAX) {
            __lsan_register_root_region(
                at, (size_t)((const char *)to - (const char *)at));
            return;
        }
        found[nfound++] = *at;
    }
}

/* Page by page, as /proc/self/pagemap has them: 64 bits each, of which the
 * uppermost two say that it is in memory or swapped out. */
static void add_touched(const char *begin, const char *end)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uint64_t entries[PAGES_AT_ONCE];
    uintptr_t at = (uintptr_t)begin & ~(page - 1);
    const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    ssize_t len = 0;

    while (at < (uintptr_t)end && fd >= 0) {
        len = pread(fd, entries, sizeof entries,
                    (off_t)(at / page * sizeof *entries));
        if (len <= 0)
            break;
        for (size_t i = 0; i < (size_t)len / sizeof *entries; i++, at += page) {
            const char *from = (const char *)at, *to = from + page;

            if (at < (uintptr_t)end && entries[i] >> 62 != 0)
                add(from > begin ? from : begin, to < end ? to : end);
        }
    }
    if (fd >= 0)
        close(fd);
    if (at < (uintptr_t)end) /* it could not be read: everything */
        add((const char *)at > begin ? (const char *)at : begin, end);
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

static void collect(void)
{
    add(__data_start, __bss_start);
    add_touched(first, _end);
    dl_iterate_phdr(add_shared_object, NULL);
    __lsan_register_root_region(found, nfound * sizeof *found);
}

/* At the end, to have what was loaded meanwhile, and before the check: that
 * was registered earlier, by the runtime. */
__attribute__((constructor)) static void begin(void)
{
    const char *options = getenv("ASAN_OPTIONS");

    atexit(collect);
    if (set_callers_kept != NULL &&
        (options == NULL || strstr(options, "malloc_context_size") == NULL))
        set_callers_kept(CALLERS_KEPT);
}
