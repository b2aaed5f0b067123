# Everything that quiver links, as one target: `quiver_dependencies`.
#
# The pinned libraries (dependencies.lock) are built static, once, into a prefix in
# the user's cache that all build folders share. Its name is a hash of what decides
# its content, so it is never updated: it is there and complete, or it is built in
# a folder of its own and renamed.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    "${QUIVER_LOCK}" "${QUIVER_RECIPE}")

# A wolfSSL without its AES assembly works, at a twentieth of the speed, so that
# nobody would notice: such a build never enters the cache.
function(quiver_check_aes archive)
    if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        message(STATUS "Dependencies: AES assembly is checked on x86-64 only")
        return()
    endif()
    execute_process(COMMAND objdump -d "${archive}"
        COMMAND awk "/aesenc/ { n++ } END { print n + 0 }"
        OUTPUT_VARIABLE count OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(count EQUAL 0)
        message(FATAL_ERROR "wolfSSL was built without AES-NI: no aesenc instruction in ${archive}")
    endif()
    message(STATUS "Dependencies: wolfSSL's AES assembly is there (${count} aesenc instructions)")
endfunction()

# Builds into `prefix`, by `compiler`: the targets that are given, or all of them, with
# FLAGS beside the recipe's own.
function(quiver_build_prefix prefix compiler)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "FLAGS" "TARGETS")
    quiver_read_lock()
    set(versions "")
    foreach(library IN LISTS QUIVER_LIBRARIES)
        list(APPEND versions "${library} ${LOCK_${library}_version}")
    endforeach()
    list(JOIN versions ", " versions)
    message(STATUS "Dependencies: building ${versions}")
    message(STATUS "Dependencies: into ${prefix}, nothing into the system; this takes some minutes, once")
    quiver_fetch_sources()
    cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
    set(work "${prefix}.work")
    file(REMOVE_RECURSE "${work}")
    file(MAKE_DIRECTORY "${work}")
    foreach(step IN ITEMS configure build)
        if(step STREQUAL "configure")
            set(command -S "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/dependencies" -B "${work}/build"
                -G "Unix Makefiles" "-DCMAKE_C_COMPILER=${compiler}"
                -DCMAKE_BUILD_TYPE=None "-DMORE_FLAGS=${arg_FLAGS}"
                "-DSOURCES=${QUIVER_CACHE}/sources" "-DPREFIX=${work}/prefix")
        else()
            set(command --build "${work}/build" -j ${cores})
            if(arg_TARGETS)
                list(APPEND command --target ${arg_TARGETS})
            endif()
        endif()
        # The sub-build decides its flags itself; CFLAGS and friends stay outside. The
        # folder's name is another with each recipe, which ccache must not mind.
        # Of what it says, one line a library is enough until something fails.
        execute_process(
            COMMAND "${CMAKE_COMMAND}" -E env --unset=CFLAGS --unset=LDFLAGS
                --unset=CPPFLAGS --unset=MAKEFLAGS --unset=MAKELEVEL
                --unset=CMAKE_GENERATOR --unset=DESTDIR "CCACHE_BASEDIR=${work}"
                "${CMAKE_COMMAND}" ${command}
            COMMAND tee "${work}/log"
            COMMAND awk "/Built target/ { print \"--   \" $NF; fflush() }"
            RESULTS_VARIABLE status)
        list(GET status 0 status)
        if(NOT status EQUAL 0)
            execute_process(COMMAND tail -n 60 "${work}/log")
            message(FATAL_ERROR "The dependencies did not build; what they said is in ${work}")
        endif()
    endforeach()
    if(NOT arg_TARGETS)
        quiver_check_aes("${work}/prefix/lib/libwolfssl.a")
    endif()
    file(RENAME "${work}/prefix" "${prefix}")
    file(REMOVE_RECURSE "${work}")
endfunction()

function(quiver_require_prefix prefix)
    if(NOT IS_DIRECTORY "${prefix}")
        file(MAKE_DIRECTORY "${QUIVER_CACHE}")
        file(LOCK "${QUIVER_CACHE}/lock" GUARD FILE TIMEOUT 1800)
        if(NOT IS_DIRECTORY "${prefix}")
            quiver_build_prefix("${prefix}" ${ARGN})
        endif()
        file(LOCK "${QUIVER_CACHE}/lock" RELEASE)
    endif()
    message(STATUS "Dependencies: ${prefix}")
endfunction()

quiver_require_prefix("${QUIVER_PREFIX}" "${QUIVER_DEPS_CC}")

# A fuzzer that does not see the branches of the protocol libraries gets past none of
# them, and an overflow in them is one of ours as well. wolfSSL is not built again: it
# costs more than everything else here together, its assembly cannot be instrumented,
# and no fuzz program runs its handshake (tests/fuzz/fake_tls.c). libuv is not under
# the programs at all.
if(QUIVER_FUZZ)
    set(instrument "-g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address")
    quiver_prefix_path(QUIVER_FUZZ_PREFIX "${CMAKE_C_COMPILER}" "${instrument}")
    quiver_require_prefix("${QUIVER_FUZZ_PREFIX}" "${CMAKE_C_COMPILER}" FLAGS "${instrument}"
        TARGETS ngtcp2 nghttp3 nghttp2 llhttp cares psl yyjson)
endif()

# What a release has no use for (Compiler.cmake) is an eighteenth of it: `name` becomes
# an archive without.  The cached one keeps it, for who looks into a crash.
function(quiver_leave_out_unwinding name)
    if(NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR NOT CMAKE_OBJCOPY)
        return()
    endif()
    get_filename_component(file "${${name}}" NAME)
    set(lean "${PROJECT_BINARY_DIR}/dependencies/${file}")
    if(NOT EXISTS "${lean}" OR "${${name}}" IS_NEWER_THAN "${lean}")
        file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/dependencies")
        execute_process(RESULT_VARIABLE status COMMAND "${CMAKE_OBJCOPY}"
            --remove-section .eh_frame --remove-section .rela.eh_frame "${${name}}" "${lean}")
        if(NOT status EQUAL 0)
            return()
        endif()
    endif()
    set(${name} "${lean}" PARENT_SCOPE)
endfunction()

add_library(quiver_dependencies INTERFACE)
target_include_directories(quiver_dependencies SYSTEM INTERFACE "${QUIVER_PREFIX}/include")

# The order matters to the linker: each library comes before those that it uses.
foreach(name ngtcp2_crypto_wolfssl ngtcp2 nghttp3 nghttp2 llhttp wolfssl cares psl uv yyjson zstd readline)
    set(archive "${QUIVER_PREFIX}/lib/lib${name}.a")
    if(QUIVER_FUZZ AND EXISTS "${QUIVER_FUZZ_PREFIX}/lib/lib${name}.a")
        set(archive "${QUIVER_FUZZ_PREFIX}/lib/lib${name}.a")
    endif()
    if(NOT EXISTS "${archive}")
        message(FATAL_ERROR "${archive} is missing; remove ${QUIVER_PREFIX} to have it built again")
    endif()
    quiver_leave_out_unwinding(archive)
    target_link_libraries(quiver_dependencies INTERFACE "${archive}")
endforeach()

# Static where the system has an archive: a process that lives two milliseconds
# has no time to load ten shared objects.
foreach(name idn2 unistring brotlidec brotlicommon z)
    find_library(QUIVER_LIB_${name} NAMES "lib${name}.a" "${name}" REQUIRED)
    mark_as_advanced(QUIVER_LIB_${name})
    target_link_libraries(quiver_dependencies INTERFACE "${QUIVER_LIB_${name}}")
endforeach()

find_package(Threads REQUIRED)
target_link_libraries(quiver_dependencies INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
