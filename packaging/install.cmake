# The documents and data that are installed beside the programs.
# SPDX-License-Identifier: GPL-2.0-or-later

set(shared ${CMAKE_INSTALL_DATADIR}/pptpnat)
set(documents ${CMAKE_INSTALL_DATADIR}/doc/pptpnat)

install(FILES taps/report.schema.json DESTINATION ${shared})

# The documents lie together, so that their links need other paths; what a user of the package has
# not got is named instead.
file(GLOB_RECURSE guide CONFIGURE_DEPENDS ui/guide/*.md)
list(FILTER guide EXCLUDE REGEX "\\.prose\\.md$")
foreach(page README.md CHANGELOG.md ${guide})
    get_filename_component(page "${page}" ABSOLUTE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${page}")
    file(RELATIVE_PATH below "${CMAKE_SOURCE_DIR}/ui" "${page}")
    if(NOT below MATCHES "^guide/")
        get_filename_component(below "${page}" NAME)
    endif()
    file(READ "${page}" text)
    string(REPLACE "](ui/guide/" "](guide/" text "${text}")
    string(REPLACE "](ui/profile/screenshot.png)" "](guide/screenshot.png)" text "${text}")
    string(REPLACE "](../profile/" "](" text "${text}")
    string(REGEX REPLACE "\\[([^]]*)\\]\\((LICENSE|CONTRIBUTING\\.md|plugin/[^)]*|captures[^)]*)\\)"
           "`\\2` of the source" text "${text}")
    file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/documents/${below}" CONTENT "${text}")
endforeach()
install(DIRECTORY "${CMAKE_BINARY_DIR}/documents/" DESTINATION ${documents})
file(GLOB guide_data CONFIGURE_DEPENDS ui/guide/*.jq ui/guide/*.sql)
file(GLOB pictures CONFIGURE_DEPENDS ui/profile/*.png)
install(FILES ${pictures} ${guide_data} DESTINATION ${documents}/guide)

# The faulty pair of the README, to try it out.
install(FILES captures/lab/h_sli_mistranslated/inside.pcapng
              captures/lab/h_sli_mistranslated/outside.pcapng
        DESTINATION ${documents}/examples)
