#!/bin/sh
# Sets up what is missing on a Debian 12, builds and installs the plugin, and runs every test.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   packaging/test.sh
#
# As root or as a user with sudo. The last line is "N passed, N failed, N skipped" over all stages;
# a stage that could not run counts as failed. Exit status 0 only if nothing failed.

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
# shellcheck source=packaging/lib.sh
. "$top/packaging/lib.sh"

passed=0
failed=0
skipped=0
reports=

cleanup() {
    [ -z "$reports" ] || rm -rf "$reports"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The sum of one attribute over the <testsuite> elements of a JUnit file.
junit_sum() {
    tr '\n\t>' '  \n' <"$2" | sed -n "s/.*<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" |
        { sum=0; while read -r number; do sum=$((sum + number)); done; echo "$sum"; }
}

# Adds what a JUnit file says to the totals. A stage without tests is a failure: it did not run.
count() {
    report=$1
    status=$2
    if [ ! -s "$report" ]; then
        say "   this stage could not run (status $status)"
        failed=$((failed + 1))
        return
    fi
    tests=$(junit_sum tests "$report")
    bad=$(($(junit_sum failures "$report") + $(junit_sum errors "$report")))
    skips=$(($(junit_sum skipped "$report") + $(junit_sum disabled "$report")))
    if [ "$tests" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
        say "   this stage did not run to its end (status $status, $tests tests)"
        bad=$((bad + 1))
        tests=$((tests + 1))
    fi
    failed=$((failed + bad))
    skipped=$((skipped + skips))
    passed=$((passed + tests - bad - skips))
}

# stage NAME COMMAND...: the command writes its JUnit report to $report_file.
stage() {
    name=$1
    shift
    report_file=$reports/$name.xml
    printf '== %s\n' "$name"
    begin=$(date +%s)
    status=0
    "$@" || status=$?
    before="$passed $failed $skipped"
    count "$report_file" "$status"
    # shellcheck disable=SC2086 # three numbers
    set -- $before
    printf '   %s: %d passed, %d failed, %d skipped in %d s\n' "$name" \
        $((passed - $1)) $((failed - $2)) $((skipped - $3)) $(($(date +%s) - begin))
}

c_tests() {
    quietly ctest --test-dir "$1" --output-on-failure --timeout 300 --output-junit "$report_file"
}

# Leak reports and overflows end a test at once, so that they cannot be overlooked.
sanitized_c_tests() {
    ASAN_OPTIONS=abort_on_error=0:detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        c_tests "$top/build-asan"
}

# py_tests FOLDER JOBS
py_tests() {
    (cd "$top" && /usr/bin/python3 -m pytest -q -p no:cacheprovider -n "$2" \
        --junitxml "$report_file" "tests/$1" </dev/null)
}

# shellcheck disable=SC2086 # a list of package names
set_up $test_packages
build_tree "$top/build-core" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON
build_tree "$top/build-asan" -DCMAKE_BUILD_TYPE=Debug -DPPTPNAT_SANITIZE=ON
reports=$(mktemp -d) || die "no temporary directory could be made"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
export PPTPNAT_BUILD="$top/build" PPTPNAT_BUILD_CORE="$top/build-core" \
    PPTPNAT_BUILD_ASAN="$top/build-asan"

stage unit c_tests "$top/build"
stage unit-without-wireshark c_tests "$top/build-core"
stage unit-sanitized sanitized_c_tests
for folder in project golden differential expect lab modes sanitized html guide; do
    stage "$folder" py_tests "$folder" "$jobs"
done
# Real time passes there: its scenes are recorded once, by one process.
stage live py_tests live 0
# Windows are waited for, one screen after the other.
stage gui py_tests gui 0

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
