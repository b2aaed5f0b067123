# Everything that quiver links, as one target: `quiver_dependencies`.

if(DEFINED ENV{XDG_CACHE_HOME})
    set(QUIVER_CACHE "$ENV{XDG_CACHE_HOME}/quiver")
else()
    set(QUIVER_CACHE "$ENV{HOME}/.cache/quiver")
endif()
set(prefix "${QUIVER_CACHE}/prefix")

add_library(quiver_dependencies INTERFACE)
target_include_directories(quiver_dependencies SYSTEM INTERFACE "${prefix}/include")

# The order matters to the linker: each library comes before those that it uses.
foreach(name ngtcp2_crypto_wolfssl ngtcp2 nghttp3 nghttp2 llhttp wolfssl cares uv yyjson)
    find_library(QUIVER_LIB_${name} "lib${name}.a" PATHS "${prefix}/lib" NO_DEFAULT_PATH REQUIRED)
    mark_as_advanced(QUIVER_LIB_${name})
    target_link_libraries(quiver_dependencies INTERFACE "${QUIVER_LIB_${name}}")
endforeach()

# Static where the system has an archive: a process that lives two milliseconds
# has no time to load ten shared objects.
foreach(name psl idn2 unistring brotlidec brotlicommon zstd z)
    find_library(QUIVER_LIB_${name} NAMES "lib${name}.a" "${name}" REQUIRED)
    mark_as_advanced(QUIVER_LIB_${name})
    target_link_libraries(quiver_dependencies INTERFACE "${QUIVER_LIB_${name}}")
endforeach()

find_package(Threads REQUIRED)
target_link_libraries(quiver_dependencies INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
