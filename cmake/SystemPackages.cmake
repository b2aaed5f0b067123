# What must come from the system: tools and headers, by the name of a file that
# proves them, and the package that holds it. Runs before project(), because make
# itself may be among them. Costs a few stat calls when nothing is missing.
#
# As root, or with a sudo that asks nothing, missing packages are installed by the
# distribution's package manager; otherwise one line says what to run.

option(QUIVER_INSTALL_PACKAGES "Install missing system packages when allowed to" ON)

#   proof                 apt              dnf              apk            pacman     brew
set(quiver_packages_build
    "command make           build-essential  make             build-base     base-devel -"
    "command objdump        build-essential  binutils         build-base     base-devel -"
    "header  stdio.h        build-essential  glibc-devel      build-base     base-devel -"
    "header  zlib.h         zlib1g-dev       zlib-devel       zlib-dev       zlib       zlib"
    "header  brotli/decode.h libbrotli-dev   brotli-devel     brotli-dev     brotli     brotli"
    "header  idn2.h         libidn2-dev      libidn2-devel    libidn2-dev    libidn2    libidn2"
    "header  unistr.h       libunistring-dev libunistring-devel libunistring-dev libunistring libunistring")
set(quiver_packages_tests
    "header  cmocka.h       libcmocka-dev    libcmocka-devel  cmocka-dev     cmocka     cmocka"
    "header  zstd.h         libzstd-dev      libzstd-devel    zstd-dev       zstd       zstd"
    "command bats           bats             bats             bats           bash-bats  bats-core"
    "command python3        python3          python3          python3        python     python3"
    "command zsh            zsh              zsh              zsh            zsh        zsh"
    "command fish           fish             fish             fish           fish       fish")

function(quiver_missing_packages column result)
    set(missing "")
    foreach(row IN LISTS ARGN)
        string(REGEX REPLACE " +" ";" row "${row}")
        list(GET row 0 kind)
        list(GET row 1 proof)
        if(kind STREQUAL "command")
            find_program(found NAMES ${proof} g${proof} NO_CACHE)
        else()
            find_file(found ${proof} NO_CACHE PATHS
                /usr/include /usr/local/include /opt/homebrew/include ENV CPATH)
        endif()
        if(NOT found)
            list(GET row ${column} package)
            list(APPEND missing ${package})
        endif()
        unset(found)
    endforeach()
    list(REMOVE_DUPLICATES missing)
    list(REMOVE_ITEM missing -)
    set(${result} "${missing}" PARENT_SCOPE)
endfunction()

# The first package manager found: its column above and its command.
function(quiver_package_manager column command)
    set(managers
        "apt-get|2|apt-get install -y --no-install-recommends"
        "dnf|3|dnf install -y" "apk|4|apk add" "pacman|5|pacman -S --needed --noconfirm"
        "brew|6|brew install")
    foreach(manager IN LISTS managers)
        string(REPLACE "|" ";" manager "${manager}")
        list(POP_FRONT manager program at line)
        find_program(found ${program} NO_CACHE)
        if(found)
            set(${column} ${at} PARENT_SCOPE)
            set(${command} "${line}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    set(${column} 2 PARENT_SCOPE)
    set(${command} "(your package manager; these are Debian's names)" PARENT_SCOPE)
endfunction()

# `prefix` holds what a command must start with to be root; fails when it may not.
function(quiver_root_prefix command prefix allowed)
    set(${allowed} FALSE PARENT_SCOPE)
    set(${prefix} "sudo" PARENT_SCOPE)
    if(command MATCHES "^brew")
        set(${prefix} "" PARENT_SCOPE)
        set(${allowed} TRUE PARENT_SCOPE)
        return()
    endif()
    execute_process(COMMAND id -u OUTPUT_VARIABLE uid OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(uid EQUAL 0)
        set(${prefix} "" PARENT_SCOPE)
        set(${allowed} TRUE PARENT_SCOPE)
        return()
    endif()
    execute_process(COMMAND sudo -n true RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
        set(${allowed} TRUE PARENT_SCOPE)
    endif()
endfunction()

function(quiver_install_packages command prefix)
    list(JOIN ARGN " " names)
    string(STRIP "${prefix} ${command} ${names}" shown)
    message(STATUS "System packages: missing are ${names}")
    message(STATUS "System packages: running ${shown}")
    message(STATUS "System packages: (-DQUIVER_INSTALL_PACKAGES=OFF installs nothing)")
    # Another apt may be at work; it is waited for.
    string(REPLACE "apt-get install" "apt-get install -o DPkg::Lock::Timeout=300" command "${command}")
    separate_arguments(line UNIX_COMMAND "${prefix} env DEBIAN_FRONTEND=noninteractive ${command}")
    execute_process(COMMAND ${line} ${ARGN} RESULT_VARIABLE status
        OUTPUT_QUIET ERROR_QUIET)
    if(NOT status EQUAL 0 AND command MATCHES "^apt-get")
        separate_arguments(update UNIX_COMMAND "${prefix} apt-get update")
        execute_process(COMMAND ${update} OUTPUT_QUIET)
        execute_process(COMMAND ${line} ${ARGN} OUTPUT_QUIET)
    endif()
endfunction()

function(quiver_require_packages)
    quiver_package_manager(column command)
    quiver_missing_packages(${column} missing ${ARGN})
    if(NOT missing)
        return()
    endif()
    quiver_root_prefix("${command}" prefix allowed)
    if(allowed AND QUIVER_INSTALL_PACKAGES)
        quiver_install_packages("${command}" "${prefix}" ${missing})
        quiver_missing_packages(${column} missing ${ARGN})
    endif()
    if(missing)
        list(JOIN missing " " missing)
        string(STRIP "${prefix} ${command} ${missing}" line)
        message(FATAL_ERROR "System packages are missing. Run\n  ${line}")
    endif()
endfunction()

set(quiver_packages ${quiver_packages_build})
quiver_prefix_path(QUIVER_PREFIX "${QUIVER_DEPS_CC}")
if(NOT DEFINED QUIVER_TESTS OR QUIVER_TESTS)
    list(APPEND quiver_packages ${quiver_packages_tests})
endif()
quiver_require_packages(${quiver_packages})
