# The Debian package. It belongs to one Wireshark series: libwireshark's name, which the plugin's
# dependencies are read from, differs in each, and so does the plugin's folder.
# SPDX-License-Identifier: GPL-2.0-or-later

math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(next_series ${Wireshark_MAJOR_VERSION}.${next_minor})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pptpnat)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION}+wireshark${series})
set(CPACK_PACKAGE_CONTACT "The pptpnat developers <packages@pptpnat.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "PPTP, L2TP/IPsec and the NATs between capture points, for Wireshark")
set(CPACK_PACKAGE_DESCRIPTION
"Tells from two captures of a PPTP call or an L2TP/IPsec tunnel, one on each
side of a NAT, whether the NAT breaks it and what exactly it does wrong. A
plugin decodes PPTP, Enhanced GRE, IKE and ESP, links each call and tunnel
across the NAT and names each wrong Call ID and each shared or blocked port;
the command pptpnat prints the verdict.
.
This build is for Wireshark and tshark ${series}.")
set(CPACK_PACKAGING_INSTALL_PREFIX ${Wireshark_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tshark (>= ${series}), tshark (<< ${next_series}~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS wireshark)
# For --capture.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openssh-client, tcpdump")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/packaging/deb/finish.cmake")
include(CPack)
