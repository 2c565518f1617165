# How test.sh runs a stage, and what it makes of its result.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # top, jobs and wanted_stages are the caller's
#
# Sourced, POSIX sh, after lib.sh. A stage is a command that leaves what it checked in one of two
# forms, and whose status is 0 only if all went well:
#   $report_file      a JUnit file (ctest, pytest)
#   $PPTPNAT_RESULTS  lines "passed NAME", "failed NAME", "skipped NAME" (scripts of our own)
# Both are kept in the folder of artefacts, $PPTPNAT_ARTEFACTS, as reports/STAGE.xml or .txt.

passed=0
failed=0
skipped=0
aside_session=
systems_session=
all_begin=$(date +%s)

# artefacts_in FOLDER: where stages leave what is to be looked at; what an earlier run left is gone.
artefacts_in() {
    PPTPNAT_ARTEFACTS=$1
    export PPTPNAT_ARTEFACTS
    mkdir -p "$PPTPNAT_ARTEFACTS" || die "$PPTPNAT_ARTEFACTS could not be made"
    for old in reports coverage fuzz bench.md; do
        rm -rf "${PPTPNAT_ARTEFACTS:?}/$old"
    done
    mkdir -p "$PPTPNAT_ARTEFACTS/reports" || die "$PPTPNAT_ARTEFACTS could not be written"
}

# The sum of one attribute over the <testsuite> elements of a JUnit file.
junit_sum() {
    tr '\n\t>' '  \n' <"$2" | sed -n "s/.*<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" |
        { sum=0; while read -r number; do sum=$((sum + number)); done; echo "$sum"; }
}

# count STAGE STATUS: adds what the stage left to the totals. A stage without checks, or one that
# failed though none of its checks did, is one more failure: it did not do its work.
count() {
    tests=0 bad=0 skips=0
    if [ -s "$report_file" ]; then
        tests=$(junit_sum tests "$report_file")
        bad=$(($(junit_sum failures "$report_file") + $(junit_sum errors "$report_file")))
        skips=$(($(junit_sum skipped "$report_file") + $(junit_sum disabled "$report_file")))
    elif [ -s "$PPTPNAT_RESULTS" ]; then
        bad=$(grep -c '^failed ' "$PPTPNAT_RESULTS")
        skips=$(grep -c '^skipped ' "$PPTPNAT_RESULTS")
        tests=$((bad + skips + $(grep -c '^passed ' "$PPTPNAT_RESULTS")))
    fi
    if [ "$tests" -eq 0 ] || { [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
        say "   $1 did not run to its end (status $2, $tests checks)"
        bad=$((bad + 1))
        tests=$((tests + 1))
    fi
    failed=$((failed + bad))
    skipped=$((skipped + skips))
    passed=$((passed + tests - bad - skips))
    printf '   %s: %d passed, %d failed, %d skipped' "$1" $((tests - bad - skips)) "$bad" "$skips"
}

# name_files STAGE
name_files() {
    report_file=$PPTPNAT_ARTEFACTS/reports/$1.xml
    PPTPNAT_RESULTS=$PPTPNAT_ARTEFACTS/reports/$1.txt
    export PPTPNAT_RESULTS
    kept_output=$PPTPNAT_ARTEFACTS/reports/$1.log
    kept_status=$PPTPNAT_ARTEFACTS/reports/$1.status
}

# stage NAME COMMAND...
stage() {
    name=$1
    shift
    wanted "$name" || return 0
    name_files "$name"
    printf '== %s\n' "$name"
    begin=$(date +%s)
    status=0
    "$@" || status=$?
    count "$name" "$status"
    printf ' in %d s\n' $(($(date +%s) - begin))
}

# begin_aside FOLDER...: begins those of these stages that are wanted, one after the other, beside
# what follows. They are about times: the rest of this script steps back for them. A session of
# their own, so that they end with the script, and all that they started.
begin_aside() {
    chosen=
    for name in "$@"; do
        wanted "$name" && chosen="$chosen $name"
    done
    [ -n "$chosen" ] || return 0
    # shellcheck disable=SC2086 # a list of names
    setsid "$top/packaging/test.sh" --aside $chosen </dev/null >/dev/null 2>&1 &
    aside_session=$!
    renice -n 10 -p $$ >/dev/null 2>&1
}

# aside NAME COMMAND...: what `stage` does, its output, status and time kept for from_aside.
aside() {
    name_files "$1"
    shift
    begin=$(date +%s)
    status=0
    "$@" >"$kept_output" 2>&1 || status=$?
    printf '%d %d\n' "$status" $(($(date +%s) - begin)) >"$kept_status"
}

wait_for_aside() {
    [ -z "$aside_session" ] || wait "$aside_session" 2>/dev/null
}

# The command of a stage that runs aside: waits for them all, and is what it was.
from_aside() {
    wait_for_aside
    cat "$kept_output" 2>/dev/null
    read -r kept took 2>/dev/null <"$kept_status" || return 2
    begin=$(($(date +%s) - took))
    return "$kept"
}

# Begins to make the systems of the other series, which takes minutes once. The stages that need one
# wait for it; if it could not be made, they try again, and say why they cannot.
begin_systems() {
    # shellcheck disable=SC2016 # the inner shell's
    setsid nice -n 10 sh -c 'for system in "--build 4.4" "--build 4.6" 4.0 4.4 4.6; do
            "$0" $system
        done' "$top/packaging/environment.sh" \
        </dev/null >"$PPTPNAT_ARTEFACTS/reports/systems.log" 2>&1 &
    systems_session=$!
}

# Whether the user asked for this stage; who names none wants all.
wanted() {
    [ -n "$wanted_stages" ] || return 0
    case " $wanted_stages " in *" $1 "*) return 0 ;; esac
    return 1
}

# For trap on EXIT: the last line, whatever happened. `status` is the script's so far: 2 where it
# could not go on.
sum_up() {
    status=$?
    trap - EXIT
    for session in $aside_session $systems_session; do
        kill -TERM "-$session" 2>/dev/null
    done
    [ "$status" -eq 0 ] || failed=$((failed + 1))
    printf 'artefacts: %s; %d s in all\n' "${PPTPNAT_ARTEFACTS-none}" \
        $(($(date +%s) - all_begin))
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$status" -eq 0 ] || exit "$status"
    [ "$failed" -eq 0 ] || exit 1
    exit 0
}

# c_tests BUILD
c_tests() {
    quietly ctest --test-dir "$1" --output-on-failure --timeout 300 -j "$jobs" \
        --output-junit "$report_file"
}

# Leak reports and overflows end a test at once, so that they cannot be overlooked. GLib's own
# allocator would hide leaks (those of tshark too, so it stays there).
sanitized_c_tests() {
    G_SLICE=always-malloc ASAN_OPTIONS=abort_on_error=0:detect_leaks=1 \
        UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 c_tests "$PPTPNAT_BUILD_ASAN"
}

# py_tests FOLDER JOBS [OPTION...]
py_tests() (
    folder=$1 workers=$2
    shift 2
    cd "$top" && /usr/bin/python3 -m pytest -q -p no:cacheprovider -n "$workers" "$@" \
        --junitxml "$report_file" "tests/$folder" </dev/null
)

# Counts of instructions and octets, which must not grow. And a short table of speed, which is no
# test: other work on the machine would decide it. It must come into being, to its last part.
bench() {
    if "$top/tests/bench/run" --quick >"$PPTPNAT_ARTEFACTS/bench-quick.md"; then
        echo 'passed quick' >"$PPTPNAT_RESULTS"
    else
        echo 'failed quick' >"$PPTPNAT_RESULTS"
        cat "$PPTPNAT_ARTEFACTS/bench-quick.md"
    fi
    "$top/tests/bench/run" --packets 100000 --pairs 3 --parts times command core \
        >"$PPTPNAT_ARTEFACTS/bench.md" || true
    if grep -q '^### What misses its bound' "$PPTPNAT_ARTEFACTS/bench.md"; then
        echo 'passed table' >>"$PPTPNAT_RESULTS"
    else
        echo 'failed table' >>"$PPTPNAT_RESULTS"
    fi
}
