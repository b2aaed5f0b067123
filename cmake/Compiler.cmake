# How quiver's own code is compiled: `quiver_flags` is linked by each of its targets.

include(CheckCSourceCompiles)
include(CheckIPOSupported)
include(CheckPIESupported)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)

# Assertions are part of the program, so no build type sets NDEBUG.
# -O3 for its vectors: 4 % fewer instructions a request than -O2, 2 % more text.
# The release has neither tables to unwind its stack, which nothing in C reads (7 % of
# it), nor debug information: it doubles the time to link, and a crash is looked
# into with a RelWithDebInfo build of the commit that `quiver version` names.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O3 -g")
set(CMAKE_C_FLAGS_RELEASE "-O3 -fno-asynchronous-unwind-tables")
# What a sanitizer prints needs lines, not variables, and a fifth less is compiled and
# linked without them; for a debugger: --preset dev -DCMAKE_BUILD_TYPE=RelWithDebInfo.
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer -fno-optimize-sibling-calls")
if(QUIVER_COVERAGE)
    set(CMAKE_C_FLAGS_DEBUG "-O0") # gcov has its own notes
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES C)

add_library(quiver_flags INTERFACE)
target_compile_definitions(quiver_flags INTERFACE
    _GNU_SOURCE QUIVER_VERSION="${PROJECT_VERSION}")
target_compile_options(quiver_flags INTERFACE
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wpointer-arith -Wvla -Wundef -Wwrite-strings
    -Wformat=2 -Wimplicit-fallthrough -Wnested-externs
    $<$<C_COMPILER_ID:GNU>:-Wlogical-op;-Wduplicated-cond>)
if(QUIVER_WERROR)
    target_compile_options(quiver_flags INTERFACE -Werror)
endif()

# The result is remembered as `name`.
function(quiver_link_if_possible name)
    if(QUIVER_SANITIZE)
        set(CMAKE_REQUIRED_FLAGS -fsanitize=${QUIVER_SANITIZE})
    endif()
    set(CMAKE_REQUIRED_LINK_OPTIONS ${ARGN})
    check_c_source_compiles("int main(void) { return 0; }" ${name})
    if(${name})
        target_link_options(quiver_flags INTERFACE ${ARGN})
    endif()
endfunction()

# gold, where it is there, links the hundred programs of the tests in half of ld's time.
# (lld would take the first definition among the archives, where the tests put theirs
# beside the program's.) What people get is linked by what the compiler chooses.
if(QUIVER_TESTS AND NOT QUIVER_FUZZ AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
    quiver_link_if_possible(QUIVER_GOLD -fuse-ld=gold)
endif()

if(QUIVER_SANITIZE)
    set(sanitize -fsanitize=${QUIVER_SANITIZE} -fno-sanitize-recover=all)
    target_compile_options(quiver_flags INTERFACE ${sanitize})
    target_link_options(quiver_flags INTERFACE ${sanitize})
    # The tests start the program thousands of times. A fixed address (UBSan's tables
    # alone have 100,000 places to relocate) and the runtime inside it, where the
    # compiler has that as an archive, take two fifths off a start and its end.
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        set(CMAKE_C_LINK_OPTIONS_PIE -no-pie)
        quiver_link_if_possible(QUIVER_STATIC_SANITIZERS -static-libasan -static-libubsan)
    endif()
    # Compiled into the program; see there.
    if(QUIVER_STATIC_SANITIZERS AND QUIVER_SANITIZE MATCHES "address")
        set(QUIVER_LEAK_ROOTS "${CMAKE_CURRENT_LIST_DIR}/leak_roots.c")
    endif()
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    # Hardening needs the optimiser, and the sanitizers do its work themselves.
    target_compile_options(quiver_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong)
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
        target_compile_options(quiver_flags INTERFACE -fstack-clash-protection)
        # Binding everything at the start costs 0.02 ms, being position-independent
        # the same; what the libraries bring and nobody calls is left out.
        target_link_options(quiver_flags INTERFACE
            -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--gc-sections)
    endif()
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(quiver_flags INTERFACE -fcf-protection)
    endif()
endif()

if(QUIVER_FUZZ)
    # Whether a pointer is aligned is asked at nearly every access, by a comparison that
    # libFuzzer would then be told of: half of the time of a program. The seeds are run
    # with this check too (dev).
    target_compile_options(quiver_flags INTERFACE
        -fsanitize=fuzzer-no-link -fno-sanitize=alignment)
endif()
if(QUIVER_COVERAGE)
    target_compile_options(quiver_flags INTERFACE --coverage)
    target_link_options(quiver_flags INTERFACE --coverage)
endif()
