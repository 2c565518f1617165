#!/bin/sh
# Builds the plugin for another Wireshark series and tests it there.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   packaging/test-series.sh SERIES [FOLDER...]
#
# SERIES is 4.4 or 4.6 (or 4.0), in the system of packaging/environment.sh. Besides the C unit tests
# it runs those of the folders below tests/, by default what the plugin says: golden, expect, lab,
# every filter, and one capture in every way of looking at it. The JUnit files are left in
# build-SERIES/reports.
# Exit status 0 only if nothing failed.

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
# shellcheck source=packaging/lib.sh
. "$top/packaging/lib.sh"

series=${1-}
[ $# -eq 0 ] || shift
build=$top/build-$series
reports=$build/reports
if [ "${PPTPNAT_BUILD-}" != "$build" ]; then
    rm -rf "$reports"
    exec "$top/packaging/environment.sh" --build "$series" "$top/packaging/test-series.sh" \
        "$series" "$@"
fi

every_table='modes/test_modes.py::test_one_pass_in_every_way_of_looking'
[ $# -gt 0 ] ||
    set -- golden expect lab modes/test_filters.py \
        "${every_table}[lab/h_sli_mistranslated/both.pcapng]"
cd "$top/tests" || die "there is no $top/tests"
for folder in "$@"; do
    [ -e "${folder%%::*}" ] || die "there is no folder tests/$folder"
done
build_tree "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
status=0
quietly ctest --test-dir "$build" --output-on-failure --timeout 300 -j "$jobs" \
    --output-junit "$reports/unit.xml" || status=1
/usr/bin/python3 -m pytest -q -p no:cacheprovider -n "$jobs" --junitxml "$reports/python.xml" \
    "$@" </dev/null || status=1
exit "$status"
