# The command, with the reader, the report, and what draws pages and makes copies.
# SPDX-License-Identifier: GPL-2.0-or-later
pkg_check_modules(GIO_UNIX REQUIRED IMPORTED_TARGET gio-unix-2.0)
set(cli "${CMAKE_SOURCE_DIR}/ui/cli")
add_executable(pptpnat-command ${cli}/main.c ${cli}/message.c ${cli}/options.c ${cli}/output.c
               ${cli}/page_file.c ${cli}/profile.c ${cli}/record.c ${cli}/record_failure.c
               ${cli}/record_live.c ${cli}/record_point.c ${cli}/record_script.c
               ${cli}/root_folder.c
               ${cli}/stripped.c ${cli}/window.c)
set_target_properties(pptpnat-command PROPERTIES OUTPUT_NAME pptpnat
                      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/ui/cli")
target_include_directories(pptpnat-command PRIVATE "${CMAKE_SOURCE_DIR}/ui")
target_link_libraries(pptpnat-command PRIVATE pptpnat_html pptpnat_strip pptpnat_reader
                      pptpnat_report PkgConfig::GIO_UNIX)
# Signals, links and terminals are POSIX.
target_compile_definitions(pptpnat-command PRIVATE PPTPNAT_VERSION="${PROJECT_VERSION}"
                           PPTPNAT_WIRESHARK="${Wireshark_VERSION}" _DEFAULT_SOURCE)
target_compile_options(pptpnat-command PRIVATE -Wall -Wextra -Werror -Wconversion -Wshadow
                       -Wstrict-prototypes -Wmissing-prototypes ${across_files})
target_link_options(pptpnat-command PRIVATE ${across_files})
install(TARGETS pptpnat-command DESTINATION ${CMAKE_INSTALL_BINDIR})
