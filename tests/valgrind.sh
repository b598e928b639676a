#!/bin/sh
# valgrind.sh: the unit tests of build/release under valgrind: no bad read, no lost memory of ours.
# What PROJ, GDAL and SQLite keep until the end is "still reachable" and not counted. Only valgrind's own
# verdict counts here: it computes long double in 64 bits, so a test whose oracle needs more fails in it,
# and what the tests say is counted in the presets.
set -u
cd "$(dirname "$0")/.." || exit 3
export MERESTONE="$PWD/build/release/merestone"
unset MERE_LONG
n_passed=0 n_failed=0
for program in build/release/tests/test_*; do
    [ -f "$program" ] || continue
    timeout 1200 valgrind --quiet --suppressions=tests/valgrind.supp --leak-check=full --errors-for-leak-kinds=definite \
        --show-leak-kinds=definite --error-exitcode=99 "$program" >build/valgrind.one 2>&1
    if [ $? -le 1 ]; then
        n_passed=$((n_passed + 1))
    else
        n_failed=$((n_failed + 1))
        echo "FAIL $program"
        grep -a '^==' build/valgrind.one | head -30
    fi
done
echo "$n_passed passed, $n_failed failed, 0 skipped"
[ "$n_failed" = 0 ]
