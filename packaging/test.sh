#!/bin/sh
# Sets up what is missing on a Debian 12, builds and installs the plugin, and runs the tests that
# every change needs, or all of them.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   packaging/test.sh [--built]                what every change needs, in under five minutes
#   packaging/test.sh --all [--built]          everything, as continuous integration does
#   packaging/test.sh [--built] STAGE...       these stages
#
# --built: nothing is set up, the builds are taken as they are.
# As root or as a user with sudo. The last line is "N passed, N failed, N skipped" over all stages;
# a stage that could not run counts as failed. Exit status 0 only if nothing failed. Pictures,
# reports, the coverage and the table of speed are left in the folder `artefacts`;
# PPTPNAT_ARTEFACTS names another one.

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
# shellcheck source=packaging/lib.sh
. "$top/packaging/lib.sh"
# shellcheck source=packaging/stages.sh
. "$top/packaging/stages.sh"

export PPTPNAT_BUILD="$top/build" PPTPNAT_BUILD_CORE="$top/build-core" \
    PPTPNAT_BUILD_ASAN="$top/build-asan"

# For this script itself: test.sh --aside FOLDER..., see begin_aside in stages.sh.
if [ "${1-}" = --aside ]; then
    shift
    for folder in "$@"; do
        aside "$folder" py_tests "$folder" 0
    done
    exit 0
fi

# No browser, no desktop, no clang, no other Wireshark.
quick_stages='unit project golden expect guide lab'

built=no
all=no
while :; do
    case ${1-} in
    --built) built=yes ;;
    --all) all=yes ;;
    -*) die "unknown option $1 (see the first lines of packaging/test.sh)" ;;
    *) break ;;
    esac
    shift
done
wanted_stages=$*
[ -n "$wanted_stages" ] || [ "$all" = yes ] || wanted_stages=$quick_stages
is_quick=no
[ "$wanted_stages" != "$quick_stages" ] || is_quick=yes
trap sum_up EXIT
trap 'exit 130' INT TERM
artefacts_in "${PPTPNAT_ARTEFACTS:-$top/artefacts}"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

if [ "$built" = no ]; then
    printf '== set-up\n'
    # shellcheck disable=SC2086 # lists of package names
    if [ "$is_quick" = yes ]; then
        set_up $test_packages
    else
        set_up $test_packages $all_packages
        [ "$all" = no ] || begin_systems
        build_tree "$PPTPNAT_BUILD_ASAN" -DCMAKE_BUILD_TYPE=Debug -DPPTPNAT_SANITIZE=ON
    fi
    build_tree "$PPTPNAT_BUILD_CORE" -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON
    printf '   set-up: in %d s\n' $(($(date +%s) - all_begin))
fi

# These mostly wait: for real time to pass, for windows to come, for packages to be unpacked. One
# process each, one after the other, beside the stages that compute.
begin_aside live gui packages

# What is quick first: each C function, each file, each field.
[ "$all" = no ] || export PPTPNAT_CASES=10000 PPTPNAT_FUZZ_SEED="${PPTPNAT_FUZZ_SEED:-1}"
stage unit c_tests "$PPTPNAT_BUILD"
stage unit-without-wireshark c_tests "$PPTPNAT_BUILD_CORE"
for folder in project golden expect guide lab; do
    stage "$folder" py_tests "$folder" "$jobs"
done
stage static-analysis "$top/tests/static-analysis"
stage coverage "$top/tests/coverage"
stage unit-sanitized sanitized_c_tests
stage differential py_tests differential "$jobs"
stage modes py_tests modes "$jobs" --dist loadgroup
for folder in sanitized reader html cli; do
    stage "$folder" py_tests "$folder" "$jobs"
done
for folder in live gui packages; do
    stage "$folder" from_aside
done
stage postgresql py_tests postgresql 0
stage fuzz "$top/tests/fuzz/run" "${PPTPNAT_FUZZ_SECONDS:-240}"
# By itself: its CPU times are compared.
stage cost py_tests cost 0
stage bench bench

# series_tests SERIES: the plugin built for another Wireshark series, in a system that has it.
series_tests() {
    series_status=0
    wait_for_aside # packages are built in the same folders
    "$top/packaging/test-series.sh" "$1" || series_status=$?
    cat "$top/build-$1/reports/"*.xml >"$report_file" 2>/dev/null
    return "$series_status"
}
for series in 4.4 4.6; do
    stage "wireshark-$series" series_tests "$series"
done
