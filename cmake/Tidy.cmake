# The target `tidy`: clang-tidy (.clang-tidy) over core/ and cli/, on all cores, each
# file again only when it or a header has changed.

find_program(QUIVER_CLANG_TIDY NAMES clang-tidy-14 clang-tidy)
if(NOT QUIVER_CLANG_TIDY)
    return()
endif()

file(GLOB_RECURSE headers CONFIGURE_DEPENDS core/*.h cli/*.h)
set(stamps "")
file(GLOB tidy_main cli/main.c)
foreach(source IN LISTS core_sources cli_sources tidy_main)
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
    set(stamp "${PROJECT_BINARY_DIR}/tidy/${name}.ok")
    get_filename_component(folder "${stamp}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(OUTPUT "${stamp}"
        COMMAND "${QUIVER_CLANG_TIDY}" --quiet -p "${PROJECT_BINARY_DIR}" "${source}"
        COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
        DEPENDS "${source}" "${PROJECT_SOURCE_DIR}/.clang-tidy" ${headers}
        COMMENT "clang-tidy ${name}" VERBATIM)
    list(APPEND stamps "${stamp}")
endforeach()
add_custom_target(tidy DEPENDS ${stamps})
