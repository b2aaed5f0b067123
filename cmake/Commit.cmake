# Writes commit.h, which says what the program was built from; only main.c reads it, so
# that a commit costs one object and one link. Looked up at every build, and written
# only when it is another. Included by CMakeLists.txt; also a script:
#   cmake -DSOURCE=FOLDER -DHEADER=FILE -P cmake/Commit.cmake

if(CMAKE_SCRIPT_MODE_FILE)
    cmake_policy(VERSION 3.25)
    set(commit "")
    if(EXISTS "${SOURCE}/.git")
        execute_process(
            COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12 --exclude=*
            OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
    file(CONFIGURE OUTPUT "${HEADER}" CONTENT "#define QUIVER_COMMIT \"@commit@\"\n" @ONLY)
    return()
endif()

set(commit_folder "${PROJECT_BINARY_DIR}/commit")
add_custom_target(commit BYPRODUCTS "${commit_folder}/commit.h"
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}"
        "-DHEADER=${commit_folder}/commit.h" -P "${CMAKE_CURRENT_LIST_FILE}"
    COMMENT "" VERBATIM)
add_dependencies(quiver commit)
target_include_directories(quiver PRIVATE "${commit_folder}")
