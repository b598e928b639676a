#!/bin/sh
# test_install.sh - `cmake --install` into an empty folder, then build and run somebody's program with what
# stands there and pkg-config alone. Arguments: build folder, compiler, extra flags (sanitizers).
set -eu
build=$1 cc=$2 flags=${3-}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
command -v pkg-config >/dev/null || { echo "0 passed, 0 failed, 1 skipped: no pkg-config"; exit 77; }

cmake --install "$build" --prefix "$dir/usr" >/dev/null
PKG_CONFIG_PATH=$(dirname "$(find "$dir/usr" -name merestone.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$dir/usr" -name 'libmerestone.so')")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
# shellcheck disable=SC2046,SC2086 # several words are meant
$cc -std=c17 -Wall -Werror $flags "$here/whose.c" $(pkg-config --cflags --libs merestone) -o "$dir/whose"

cat >"$dir/two.geojson" <<'END'
{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"W1","name":"西"},"geometry":{"type":"Polygon","coordinates":
[[[-77.02,38.90],[-77.01,38.90],[-77.01,38.91],[-77.02,38.91],[-77.02,38.90]]]}},
{"type":"Feature","properties":{"code":"E1","name":"东"},"geometry":{"type":"Polygon","coordinates":
[[[-77.01,38.90],[-77.00,38.90],[-77.00,38.91],[-77.01,38.91],[-77.01,38.90]]]}}]}
END
mere=$dir/usr/bin/merestone
"$mere" init "$dir/d.gpkg" --code 11001 --name "two zones" >/dev/null
"$mere" import "$dir/d.gpkg" "$dir/two.geojson" --scheme grid --code code --name name >/dev/null

passed=0 failed=0
expect() { # want, words of the program
    want=$1
    shift
    got=$("$dir/whose" "$@" 2>&1) || true
    if [ "$got" = "$want" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "  whose $*: \"$got\", want \"$want\""
    fi
}
expect "owned W1 西" "$dir/d.gpkg" grid -77.015 38.905
expect "owned E1 东" "$dir/d.gpkg" grid -77.01 38.905
expect "owned E1 东" "$dir/d.gpkg" grid -77.01 38.90
expect "outside - -" "$dir/d.gpkg" grid -77.00 38.905
expect "no scheme street" "$dir/d.gpkg" street -77.015 38.905
case $("$dir/whose" "$dir/none.gpkg" grid 0 0 2>&1) in
*none.gpkg*) passed=$((passed + 1)) ;;
*)
    failed=$((failed + 1))
    echo "  the missing store is not named"
    ;;
esac
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
