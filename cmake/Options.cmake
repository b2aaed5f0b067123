# What a builder can choose. The presets set these; nothing else has switches.

option(QUIVER_WERROR "Treat warnings as errors" OFF)
option(QUIVER_TESTS "Build the tests" ON)
option(QUIVER_COVERAGE "Measure line coverage (gcov)" OFF)
option(QUIVER_FUZZ "Build the fuzz targets (clang)" OFF)
set(QUIVER_SANITIZE "" CACHE STRING
    "Sanitizers for quiver's own code, e.g. address,undefined")

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(QUIVER_CCACHE ccache)
if(QUIVER_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${QUIVER_CCACHE}")
endif()
