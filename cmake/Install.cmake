# cmake --install BUILD_FOLDER [--prefix FOLDER]

# Nobody debugs what is installed; without symbols it is a third smaller.
install(CODE "set(CMAKE_INSTALL_DO_STRIP TRUE)")
install(TARGETS quiver RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
foreach(section IN ITEMS 1 5 7)
    file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.${section}")
    install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}")
endforeach()
install(FILES completions/quiver.bash RENAME quiver
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES completions/_quiver DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES cli/telemetry/grafana/quiver.json RENAME grafana-dashboard.json
        DESTINATION "${CMAKE_INSTALL_DATADIR}/quiver")
install(FILES completions/quiver.fish
        DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")

# ---- documents, and the licences of all that is linked in ----

# The pinned libraries' come from their archives. Those of the system's libraries stand
# where its packages put them; a system that puts none is none that packages are made on.
install(FILES LICENSE README.md cmake/copyright DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY "${QUIVER_PREFIX}/licences" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
foreach(name brotli zlib idn2 unistring)
    set(packages ${name} lib${name}-dev lib${name}) # Debian's, and others'
    if(name STREQUAL "zlib")
        list(PREPEND packages zlib1g-dev)
    endif()
    set(licence "")
    foreach(package IN LISTS packages)
        file(GLOB found "/usr/share/doc/${package}/copyright" "/usr/share/licenses/${package}/*")
        list(APPEND licence ${found})
    endforeach()
    if(licence)
        list(GET licence 0 licence)
        install(FILES "${licence}" DESTINATION "${CMAKE_INSTALL_DOCDIR}/licences" RENAME "${name}")
    else()
        message(STATUS "No licence text of ${name} was found: do not pass packages on")
    endif()
endforeach()

# ---- the pages and scripts above are what the program prints; this writes them anew ----

set(commands "")
foreach(page IN ITEMS quiver.1 quiver-fetch.1 quiver-batch.1 quiver-cache.1 quiver-channel.1 quiver-ping.1 quiver-probe.1 quiver-report.1 quiver-serve.1 quiver-tunnel.1 quiver-config.5 quiver-exit-codes.7 quiver-telemetry.7)
    list(APPEND commands COMMAND quiver help mdoc ${page} > "${PROJECT_SOURCE_DIR}/man/${page}")
endforeach()
foreach(pair IN ITEMS bash:quiver.bash zsh:_quiver fish:quiver.fish)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 shell)
    list(GET pair 1 file)
    list(APPEND commands COMMAND quiver completion ${shell} > "${PROJECT_SOURCE_DIR}/completions/${file}")
endforeach()
add_custom_target(pages ${commands} VERBATIM COMMENT "Writing man/ and completions/")
