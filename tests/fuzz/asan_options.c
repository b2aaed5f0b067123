/*
 * How ASan runs in these programs; ASAN_OPTIONS comes on top of it.
 *
 * What is freed waits in a quarantine, so that a use of it is seen, and the
 * usual 256 MB of it make every allocation one of new pages: half to three
 * quarters of the time of most programs.  Few inputs free more than 8 MB, and
 * after an input nobody holds a pointer to what it freed.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "quarantine_size_mb=8"
           /* A thread would give pages back every 5 s, to take them again. */
           ":allocator_release_to_os_interval_ms=-1"
           /* Off until clang 15, and dear. */
           ":detect_stack_use_after_return=0";
}
