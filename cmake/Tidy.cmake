# The target `tidy`: clang-tidy (.clang-tidy) over core/ and cli/, on all cores, each
# file again only when it or a header has changed: in this build folder, and by what
# they hold, in all of the user's (tidy.py).
#
# Nearly all of its time is the analyzer's, which follows the paths through each
# function until it has seen so many states.  A third of its own limit (225000) finds
# what has ever been found here in less than half of the time; give all of it to a
# module that has become another.
set(QUIVER_TIDY_STATES 75000 CACHE STRING "States of a function that clang-tidy's analyzer looks at")
set(tidy_depth "")
foreach(word -analyzer-config "max-nodes=${QUIVER_TIDY_STATES}")
    list(APPEND tidy_depth --extra-arg=-Xclang "--extra-arg=${word}")
endforeach()

find_program(QUIVER_CLANG_TIDY NAMES clang-tidy-14 clang-tidy)
find_program(QUIVER_PYTHON NAMES python3 HINTS /usr/bin)
if(NOT QUIVER_CLANG_TIDY OR NOT QUIVER_PYTHON)
    return()
endif()

set(tidy_script "${CMAKE_CURRENT_LIST_DIR}/tidy.py")
set(tidy_cache "${QUIVER_CACHE}/tidy")

file(GLOB_RECURSE headers CONFIGURE_DEPENDS core/*.h cli/*.h)
set(stamps "")
file(GLOB tidy_main cli/main.c)
foreach(source IN LISTS core_sources cli_sources tidy_main)
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
    set(stamp "${PROJECT_BINARY_DIR}/tidy/${name}.ok")
    get_filename_component(folder "${stamp}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(OUTPUT "${stamp}"
        COMMAND "${QUIVER_PYTHON}" "${tidy_script}" "${tidy_cache}" "${PROJECT_SOURCE_DIR}"
            "${PROJECT_BINARY_DIR}" "${source}"
            "${QUIVER_CLANG_TIDY}" --quiet -p "${PROJECT_BINARY_DIR}" ${tidy_depth}
        COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
        DEPENDS "${source}" "${PROJECT_SOURCE_DIR}/.clang-tidy" "${tidy_script}" ${headers}
        COMMENT "clang-tidy ${name}" VERBATIM)
    list(APPEND stamps "${stamp}")
endforeach()
add_custom_target(tidy COMMAND "${QUIVER_PYTHON}" "${tidy_script}" "${tidy_cache}"
    DEPENDS ${stamps} VERBATIM)
