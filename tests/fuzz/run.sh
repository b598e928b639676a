#!/bin/sh
# run.sh TARGET CORPUS FOUND: replay the corpus, then fuzz for $MERE_FUZZ_SECONDS (5). What is found on
# the way goes to FOUND, an input that crashes too. Without -entropic=0 libFuzzer takes nine tenths of the
# time of a target with much to cover for weighing its inputs.
set -eu
target=$1 corpus=$2 found=$3
seconds=${MERE_FUZZ_SECONDS:-5}
mkdir -p "$found"
[ -d "$corpus" ] || corpus=
n=0
[ -z "$corpus" ] || n=$(find "$corpus" -type f | wc -l)
if "$target" -entropic=0 -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$found/crash-" "$found" ${corpus:+"$corpus"}; then
    echo "$((n + 1)) passed, 0 failed, 0 skipped"
else
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
