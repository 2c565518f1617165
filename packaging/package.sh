#!/bin/sh
# Makes the Debian package for one Wireshark series and prints its path.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   packaging/package.sh [SERIES]
#
# SERIES is 4.0, 4.4 or 4.6; without it, that of the tshark here. A package for another one is made
# in the system of packaging/environment.sh. As root or as a user with sudo.

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
# shellcheck source=packaging/lib.sh
. "$top/packaging/lib.sh"

here=$(wireshark_version)
series=${1:-$here}
[ -n "$series" ] || die "tshark is not installed here: say for which Wireshark, for instance 4.0"
if [ "$series" != "$here" ]; then
    exec "$top/packaging/environment.sh" --build "$series" "$top/packaging/package.sh" "$series"
fi

require_debian
# shellcheck disable=SC2086 # lists of package names
install_packages $build_packages $package_packages
build=$top/build
[ "${PPTPNAT_BUILD-}" != "$build-$series" ] || build=$PPTPNAT_BUILD # in its system
build_tree "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
rm -rf "$build/package"
quietly cpack --config "$build/CPackConfig.cmake" -B "$build/package" ||
    die "the package could not be made"
for package in "$build"/package/*.deb; do
    [ -f "$package" ] || die "no package was made in $build/package"
    printf '%s\n' "$package"
done
