# cmake --install BUILD_FOLDER [--prefix FOLDER]

install(TARGETS quiver RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
foreach(section IN ITEMS 1 5 7)
    file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.${section}")
    install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}")
endforeach()
install(FILES completions/quiver.bash RENAME quiver
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES completions/_quiver DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES completions/quiver.fish
        DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")

# The pages and scripts above are what the program prints; this writes them anew.
set(commands "")
foreach(page IN ITEMS quiver.1 quiver-fetch.1 quiver-batch.1 quiver-report.1 quiver-serve.1 quiver-config.5 quiver-exit-codes.7 quiver-telemetry.7)
    list(APPEND commands COMMAND quiver help mdoc ${page} > "${PROJECT_SOURCE_DIR}/man/${page}")
endforeach()
foreach(pair IN ITEMS bash:quiver.bash zsh:_quiver fish:quiver.fish)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 shell)
    list(GET pair 1 file)
    list(APPEND commands COMMAND quiver completion ${shell} > "${PROJECT_SOURCE_DIR}/completions/${file}")
endforeach()
add_custom_target(pages ${commands} VERBATIM COMMENT "Writing man/ and completions/")
