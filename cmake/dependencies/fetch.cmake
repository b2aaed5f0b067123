# Brings the archives that cmake/dependencies.lock names into the cache.
#
# Sources in order, the first that has a file with the right sum wins: the cache
# itself, QUIVER_DEPS_MIRROR (a folder or an http(s) URL), upstream's release, and
# the source packages of Debian through apt. Included by CMakeLists.txt; also a
# script: `cmake -P cmake/dependencies/fetch.cmake` fetches and builds nothing.

cmake_policy(VERSION 3.25)

if(DEFINED ENV{XDG_CACHE_HOME})
    set(QUIVER_CACHE "$ENV{XDG_CACHE_HOME}/quiver")
else()
    set(QUIVER_CACHE "$ENV{HOME}/.cache/quiver")
endif()
set(QUIVER_LOCK "${CMAKE_CURRENT_LIST_DIR}/../dependencies.lock")
set(QUIVER_RECIPE "${CMAKE_CURRENT_LIST_DIR}/CMakeLists.txt"
    "${CMAKE_CURRENT_LIST_DIR}/wolfssl_options.h" "${CMAKE_CURRENT_LIST_DIR}/cares_config.h"
    "${CMAKE_CURRENT_LIST_DIR}/readline_config.h" "${CMAKE_CURRENT_LIST_DIR}/terminal_strings.c")
set(QUIVER_APT_FETCH "${CMAKE_CURRENT_LIST_DIR}/apt-fetch")

# One compiler for the libraries whatever builds quiver: C has one ABI, and the clang
# and sanitizer builds would gain nothing by a second copy. The fuzz build has some of
# its own (Dependencies.cmake).
find_program(QUIVER_DEPS_CC NAMES gcc cc clang)
mark_as_advanced(QUIVER_DEPS_CC)

# Where the libraries that `compiler` builds are, or will be; with more flags than the
# usual ones if any are given. Works before project().
function(quiver_prefix_path result compiler)
    set(key "")
    foreach(file IN ITEMS ${QUIVER_LOCK} ${QUIVER_RECIPE})
        file(SHA256 "${file}" sum)
        string(APPEND key "${sum} ")
    endforeach()
    cmake_host_system_information(RESULT system QUERY OS_NAME OS_PLATFORM)
    string(SHA256 key "${key}${compiler} ${system}${ARGN}")
    string(SUBSTRING "${key}" 0 16 key)
    set(${result} "${QUIVER_CACHE}/prefix-${key}" PARENT_SCOPE)
endfunction()

# Sets QUIVER_LIBRARIES and, for each, LOCK_<name>_<version|file|sha256|url|apt>.
macro(quiver_read_lock)
    set(QUIVER_LIBRARIES "")
    file(STRINGS "${QUIVER_LOCK}" lock_lines REGEX "^[a-z]")
    foreach(line IN LISTS lock_lines)
        string(REGEX MATCH "^([a-z0-9]+) +(.+)$" _ "${line}")
        set(key "${CMAKE_MATCH_1}")
        set(value "${CMAKE_MATCH_2}")
        if(key STREQUAL "library")
            string(REGEX MATCH "^([^ ]+) ([^ ]+)" _ "${value}")
            set(library "${CMAKE_MATCH_1}")
            set(LOCK_${library}_version "${CMAKE_MATCH_2}")
            list(APPEND QUIVER_LIBRARIES ${library})
        else()
            set(LOCK_${library}_${key} "${value}")
        endif()
    endforeach()
endmacro()

# Moves `from` to its place in the cache when its sum is right.
function(quiver_accept library from result)
    set(${result} FALSE PARENT_SCOPE)
    if(NOT EXISTS "${from}")
        return()
    endif()
    file(SHA256 "${from}" sum)
    if(NOT sum STREQUAL LOCK_${library}_sha256)
        message(WARNING "${library}: ${from} has the wrong SHA-256 (${sum}); not used")
        return()
    endif()
    set(final "${QUIVER_CACHE}/sources/${LOCK_${library}_file}")
    if(NOT from STREQUAL final)
        file(COPY_FILE "${from}" "${final}.new")
        file(RENAME "${final}.new" "${final}")
    endif()
    set(${result} TRUE PARENT_SCOPE)
endfunction()

# A host that does not answer at all is not asked again for the next library.
function(quiver_download url to)
    string(REGEX MATCH "^https?://[^/]+/" host "${url}")
    get_property(dead GLOBAL PROPERTY quiver_dead_hosts)
    get_property(alive GLOBAL PROPERTY quiver_live_hosts)
    if(host IN_LIST dead)
        return()
    endif()
    if(NOT host IN_LIST alive)
        # INACTIVITY_TIMEOUT does not bound a connection attempt; this does.
        file(DOWNLOAD "${host}" "${to}.probe" TIMEOUT 10 STATUS status)
        file(REMOVE "${to}.probe")
        list(GET status 0 code)
        # 22: an HTTP error such as 404, so that somebody is there.
        if(NOT code MATCHES "^(0|22)$")
            list(GET status 1 why)
            message(STATUS "Dependencies: ${host} does not answer (${why})")
            set_property(GLOBAL APPEND PROPERTY quiver_dead_hosts "${host}")
            return()
        endif()
        set_property(GLOBAL APPEND PROPERTY quiver_live_hosts "${host}")
    endif()
    file(DOWNLOAD "${url}" "${to}" INACTIVITY_TIMEOUT 15 TLS_VERIFY ON STATUS status)
    list(GET status 0 code)
    if(NOT code EQUAL 0)
        list(GET status 1 why)
        message(STATUS "Dependencies: ${url}: ${why}")
        file(REMOVE "${to}")
    endif()
endfunction()

function(quiver_fetch_one library result)
    set(file "${LOCK_${library}_file}")
    set(work "${QUIVER_CACHE}/sources/incoming")
    quiver_accept(${library} "${QUIVER_CACHE}/sources/${file}" found)
    set(mirror "$ENV{QUIVER_DEPS_MIRROR}")
    if(NOT found AND mirror MATCHES "^https?://")
        quiver_download("${mirror}/${file}" "${work}/${file}")
        quiver_accept(${library} "${work}/${file}" found)
    elseif(NOT found AND mirror)
        quiver_accept(${library} "${mirror}/${file}" found)
    endif()
    if(NOT found AND LOCK_${library}_url)
        message(STATUS "Dependencies: ${library} from ${LOCK_${library}_url}")
        quiver_download("${LOCK_${library}_url}" "${work}/${file}")
        quiver_accept(${library} "${work}/${file}" found)
    endif()
    set(${result} ${found} PARENT_SCOPE)
endfunction()

function(quiver_fetch_sources)
    set(work "${QUIVER_CACHE}/sources/incoming")
    file(MAKE_DIRECTORY "${work}")
    set(missing "")
    set(wanted "")
    foreach(library IN LISTS QUIVER_LIBRARIES)
        quiver_fetch_one(${library} found)
        if(NOT found)
            list(APPEND missing ${library})
            string(REPLACE " " ":" spec "${LOCK_${library}_apt}")
            list(APPEND wanted "${spec}")
        endif()
    endforeach()
    if(missing)
        # apt's own status says nothing: it fails when a .dsc is gone from the
        # archive while the .orig file, the one that matters, has arrived.
        message(STATUS "Dependencies: ${missing} from source packages, through apt")
        execute_process(COMMAND "${QUIVER_APT_FETCH}" "${work}" ${wanted})
    endif()
    set(still "")
    foreach(library IN LISTS missing)
        quiver_accept(${library} "${work}/${LOCK_${library}_file}" found)
        if(NOT found)
            list(APPEND still "${LOCK_${library}_file}")
        endif()
    endforeach()
    file(REMOVE_RECURSE "${work}")
    if(still)
        list(JOIN still "\n  " still)
        message(FATAL_ERROR "No source answered for these archives:\n  ${still}\n"
            "Put them (cmake/dependencies.lock has their sums) into a folder or on a "
            "web server and set QUIVER_DEPS_MIRROR to it, or into "
            "${QUIVER_CACHE}/sources.")
    endif()
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
    quiver_read_lock()
    quiver_fetch_sources()
    message(STATUS "Dependencies: all archives are in ${QUIVER_CACHE}/sources")
endif()
