# embed_file(TARGET FILE NAME): the file's bytes as `const char NAME[]`, with a NUL
# behind them, and `const size_t NAME_len`, which TARGET's sources may declare.
function(embed_file target file name)
    set(out "${PROJECT_BINARY_DIR}/embedded/${name}.c")
    add_custom_command(OUTPUT "${out}"
        COMMAND "${CMAKE_COMMAND}" -DFROM=${file} -DTO=${out} -DNAME=${name}
                -P "${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake"
        DEPENDS "${file}" "${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake" VERBATIM)
    target_sources(${target} PRIVATE "${out}")
endfunction()
