# Run by CPack over what it packs: man pages are compressed, without a name or a time
# in them.
file(GLOB_RECURSE pages "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.[157]")
list(FILTER pages INCLUDE REGEX "/man/man[157]/")
if(NOT pages)
    message(FATAL_ERROR "No man pages in ${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
endif()
execute_process(COMMAND gzip -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
