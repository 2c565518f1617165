#!/bin/sh
# Sets up what is missing on a Debian 12, builds and installs the plugin and the command, and
# analyses captures; or removes what it has installed.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   packaging/run.sh [CAPTURE...]
#   packaging/run.sh uninstall
#
# As root or as a user with sudo. Without captures: the bundled pair in which a NAT translates the
# server's Set-Link-Info wrongly. The exit status is that of the command pptpnat. Packages of Debian
# that were installed stay.

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
# shellcheck source=packaging/lib.sh
. "$top/packaging/lib.sh"
# shellcheck source=packaging/local.sh
. "$top/packaging/local.sh"

if [ $# -eq 1 ] && [ "$1" = uninstall ]; then
    uninstall
    exit
fi
# shellcheck disable=SC2119 # needs no further packages
set_up
install_command
if [ $# -eq 0 ]; then
    pair=$top/captures/lab/h_sli_mistranslated
    set -- "$pair/inside.pcapng" "$pair/outside.pcapng"
fi
# The plugin just installed, not one of a developer's environment, nor the one in build/, which
# others than the owner of the source tree may not be able to read.
exec env WIRESHARK_PLUGIN_DIR="${installed%/"$series"/epan/*}" "$top/ui/cli/pptpnat" "$@"
