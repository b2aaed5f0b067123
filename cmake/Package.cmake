# cpack --config build/release/CPackConfig.cmake: a .deb where there is dpkg, a .tar.gz
# always. Both hold what `cmake --install` puts in place, with the man pages compressed.
#
# The program is linked against the C library alone, everything else is in it: so a
# package made on Debian 12 runs wherever glibc is not older than the symbols that it
# uses (tests/check/package.sh says which may be). Not musl and -static-pie: host names
# are asked for through the system's nsswitch, which a static glibc cannot load, and
# musl's resolver knows neither mDNS nor what an administrator put there.
#
# The same tree makes the same bytes when SOURCE_DATE_EPOCH is set (to the commit's
# time, for instance).

set(CPACK_PACKAGE_NAME quiver)
set(CPACK_PACKAGE_VENDOR "the quiver authors")
set(CPACK_PACKAGE_CONTACT "the quiver authors <quiver@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "curl-like client for HTTP/1.1, HTTP/2 and HTTP/3")
set(CPACK_PACKAGE_DESCRIPTION
    "Fetches URLs and lists of requests over one pool of HTTP/1.1, HTTP/2 and HTTP/3
connections, with curl's options, and writes a line of JSON for each request. With
it comes a small server that speaks all three.")
set(CPACK_PACKAGE_FILE_NAME "quiver-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/compress_pages.cmake")

find_program(QUIVER_DPKG dpkg)
mark_as_advanced(QUIVER_DPKG)
if(QUIVER_DPKG)
    list(APPEND CPACK_GENERATOR DEB)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.34)")
# The trust store: without it every https fetch fails, unless it is told of another.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS bash-completion)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
