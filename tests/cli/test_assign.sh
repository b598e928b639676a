#!/bin/sh
# merestone assign, from outside: what it writes, what it refuses, and that it leaves nothing behind.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

ok() { # NAME CONDITION...
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
    fi
}
same() { # NAME WANTED-FILE GOT-FILE
    if cmp -s "$2" "$3"; then
        passed=$((passed + 1))
        echo "ok   $1"
    else
        failed=$((failed + 1))
        echo "FAIL $1"
        diff "$2" "$3" | head -20
    fi
}
says() { # NAME CODE TEXT -- the last run: its exit code, and a text in its output
    ok "$1: exit $2" test "$code" -eq "$2"
    ok "$1: says \"$3\"" grep -q -- "$3" "$dir/said"
}
run() {
    "$MERESTONE" "$@" >"$dir/said" 2>&1
    code=$?
}

rect() { # CODE NAME WEST SOUTH EAST NORTH
    printf '{"type":"Feature","properties":{"code":"%s","name":"%s"},"geometry":{"type":"Polygon",' \
        "$1" "$2"
    printf '"coordinates":[[[%s,%s],[%s,%s],[%s,%s],[%s,%s],[%s,%s]]]}}' "$3" "$4" "$5" "$4" "$5" "$6" \
        "$3" "$6" "$3" "$4"
}
layer() {
    printf '{"type":"FeatureCollection","features":['
    cat
    printf ']}\n'
}
# Two grids side by side in the south; a third overlaps the east one; the north-west is nobody's.
rect D District 10 50 10.02 50.02 | layer >"$dir/outline.geojson"
{
    rect A 'West, \"old\"' 10 50 10.01 50.01
    printf ,
    rect B East 10.01 50 10.02 50.01
    printf ,
    rect C North 10.015 50.005 10.02 50.02
} | layer >"$dir/grid.geojson"
store=$dir/s.gpkg
run init "$store" --code 1 --name Test
ok "the store is made" test "$code" -eq 0
run import "$store" "$dir/outline.geojson" --scheme outline
ok "the outline is imported" test "$code" -le 1
run import "$store" "$dir/grid.geojson" --scheme grid
ok "the grids are imported" test "$code" -le 1

# ---- every kind of row ---------------------------------------------------------------------------
app=outline_code,outline_name,outline_state,grid_code,grid_name,grid_state,mere_state,mere_reason
cat >"$dir/in.csv" <<END
id,lon,lat,text
1,10.005,50.005,plain
2,10.01,50.005,"on the border, quoted ""text"""
3,10.017,50.007,two claim it
4,10.005,50.015,"nobody's
second line"
5,11,50,far
6,50.005,10.005,swapped
7,10.005,95,
8,,50.005,
9,10.005,n/a,
10,１０．００５,50°0'18",full width and degrees
11,10°0′18″E,N50度0分18秒,
12,NaN,50,

13,10.005
14,10.005,50.005,x,y
015,10.005,50.005,kept
END
own="D,District,owned"
cat >"$dir/want.csv" <<END
id,lon,lat,text,$app
1,10.005,50.005,plain,$own,A,"West, ""old""",owned,owned,
2,10.01,50.005,"on the border, quoted ""text""",$own,B,East,owned,owned,
3,10.017,50.007,two claim it,$own,,,disputed,disputed,"grid is disputed: B, C"
4,10.005,50.015,"nobody's
second line",$own,,,unclaimed,unclaimed,
5,11,50,far,,,outside,,,outside,outside,
6,50.005,10.005,swapped,,,,,,,bad,swapped: longitude and latitude are exchanged
7,10.005,95,,,,,,,,bad,out of range: the latitude is not within -90 and 90
8,,50.005,,,,,,,,bad,lon is empty
9,10.005,n/a,,,,,,,,bad,lat is no number
10,１０．００５,50°0'18",full width and degrees,$own,A,"West, ""old""",owned,owned,
11,10°0′18″E,N50度0分18秒,,$own,A,"West, ""old""",owned,owned,
12,NaN,50,,,,,,,,bad,lon is no number

13,10.005,,,,,,,,,bad,lat is empty
14,10.005,50.005,"x,y",,,,,,,bad,more fields than the 4 of the header
015,10.005,50.005,kept,$own,A,"West, ""old""",owned,owned,
END
run assign "$store" "$dir/in.csv" "$dir/out.csv"
says "rows of every kind" 1 "columns lon (longitude) and lat (latitude), recognised"
same "every row is kept, with its owner or its reason" "$dir/want.csv" "$dir/out.csv"
tail -6 "$dir/said" >"$dir/counts"
printf '%-10s %s\n' rows 15 owned 5 disputed 1 unclaimed 1 outside 1 bad 7 >"$dir/want"
same "the last lines count the rows by state" "$dir/want" "$dir/counts"

# ---- the output file -----------------------------------------------------------------------------
run assign "$store" "$dir/in.csv" "$dir/out.csv"
says "an output that exists is refused" 2 "exists"
same "and left as it was" "$dir/want.csv" "$dir/out.csv"
run assign "$store" "$dir/in.csv" "$dir/out.csv" --force
ok "--force replaces it" test "$code" -eq 1
run assign "$store" "$dir/in.csv" "$dir/out.xyz"
says "an ending without a format is refused" 2 "tells no format"
run assign "$store" "$dir/in.csv" "$dir/no/folder/out.csv"
ok "a missing folder is refused" test "$code" -eq 2
"$MERESTONE" assign "$store" "$dir/in.csv" - >"$dir/stdout" 2>/dev/null
same "- is standard output" "$dir/want.csv" "$dir/stdout"
run assign "$store" "$dir/out.csv" "$dir/again.csv"
ok "columns that are there already get a number" \
    grep -q 'mere_reason,outline_code_2,.*mere_reason_2$' "$dir/again.csv"

# ---- delimiters, line ends, byte order marks, encodings --------------------------------------------
printf '\357\273\277id;lng;lat\r\n1;10.005;50.005\r\n' >"$dir/bom.csv"
run assign "$store" "$dir/bom.csv" "$dir/bom_out.csv"
printf '\357\273\277id;lng;lat;%s\r\n1;10.005;50.005;D;District;owned;A;"West, ""old""";owned;owned;\r\n' \
    "$(echo $app | tr , ';')" >"$dir/want"
same "delimiter, line ends and byte order mark are kept" "$dir/want" "$dir/bom_out.csv"
printf 'id\tx\ty\n1\t10.005\t50.005' >"$dir/tab.tsv"
run assign "$store" "$dir/tab.tsv" "$dir/tab_out.tsv"
printf 'id\tx\ty\t%s\n1\t10.005\t50.005\tD\tDistrict\towned\tA\t"West, ""old"""\towned\towned\t\n' \
    "$(echo $app | tr , '\t')" >"$dir/want"
same "tabs are kept, and a last row without a line end gets one" "$dir/want" "$dir/tab_out.tsv"
printf 'name,lon,lat\n\261\365\275\255\307\370,10.005,50.005\n' >"$dir/gbk.csv"
run assign "$store" "$dir/gbk.csv" "$dir/gbk_out.csv" --encoding GBK
printf '\357\273\277name,lon,lat,%s\n滨江区,10.005,50.005,%s,A,"West, ""old""",owned,owned,\n' "$app" "$own" \
    >"$dir/want"
same "another encoding becomes UTF-8 with a byte order mark" "$dir/want" "$dir/gbk_out.csv"

# ---- columns -------------------------------------------------------------------------------------
printf 'a,b\n10.005,50.005\n' >"$dir/cols.csv"
run assign "$store" "$dir/cols.csv" "$dir/cols_out.csv"
says "columns without known names are refused" 2 "the columns are: a, b"
run assign "$store" "$dir/cols.csv" "$dir/cols_out.csv" --x a --y b
ok "and used when named" test "$code" -eq 0
run assign "$store" "$dir/cols.csv" "$dir/o.csv" --x a
says "--x without --y is refused" 2 "belong together"
run assign "$store" "$dir/cols.csv" "$dir/o.csv" --x a --y c
says "an unknown column is refused" 2 'no column "c"'
run assign "$store" "$dir/cols.csv" "$dir/o.csv" --x a --y a
says "one column for both is refused" 2 "name one column"
printf 'lon,lat,lat\n10.005,50.005,9\n' >"$dir/twice.csv"
run assign "$store" "$dir/twice.csv" "$dir/o.csv" --datum wgs84
says "two columns that may be the latitude are refused" 2 "several pairs"
run assign "$store" "$dir/twice.csv" "$dir/o.csv" --x lon --y lat --datum wgs84
says "a name that two columns have is refused" 2 "2 columns \"lat\""
printf 'Lon,lon,lat\n9,10.005,50.005\n' >"$dir/case.csv"
run assign "$store" "$dir/case.csv" "$dir/case_out.csv" --x lon --y lat --datum wgs84
says "of names that differ in case the exact one is meant" 0 "owned      1"
printf 'start_lon,start_lat,end_lon,end_lat\n1,2,3,4\n' >"$dir/two.csv"
run assign "$store" "$dir/two.csv" "$dir/o.csv"
says "two pairs are refused" 2 "start_lon and start_lat, end_lon and end_lat"

# ---- datum ---------------------------------------------------------------------------------------
printf 'lon,lat,datum\n120.21,30.21,wgs84\n120.2145338,30.2075704,GCJ-02\n1,1,\n1,1,mars\n' >"$dir/cn.csv"
run assign "$store" "$dir/cn.csv" "$dir/cn_out.csv"
says "places where platforms shift need a datum" 2 "--datum gcj02"
ok "and nothing is written without it" test ! -e "$dir/cn_out.csv"
run assign "$store" "$dir/cn.csv" "$dir/cn_out.csv" --datum wgs84
ok "--datum tells it for all rows" test "$code" -eq 0
run assign "$store" "$dir/cn.csv" "$dir/cn_out.csv" --datum-column datum --force
ok "--datum-column for each" test "$code" -eq 1
ok "a row without a datum is bad" grep -q '^1,1,,,,,,,,bad,datum is empty$' "$dir/cn_out.csv"
ok "and one with an unknown datum" grep -q '^1,1,mars,.*bad,"datum is not wgs84, gcj02 or bd09"$' \
    "$dir/cn_out.csv"
run assign "$store" "$dir/cn.csv" "$dir/o.csv" --datum-column datum --datum wgs84
says "--datum and --datum-column exclude each other" 2 "exclude"

# ---- layers --------------------------------------------------------------------------------------
for end in gpkg geojson shp; do
    run assign "$store" "$dir/in.csv" "$dir/layer.$end"
    ok "a $end layer is written" test "$code" -eq 1
    run assign "$store" "$dir/layer.$end" "$dir/from_$end.csv"
    ok "and read again" test "$code" -eq 1
    tail -5 "$dir/said" | head -1 >"$dir/owned"
    printf '%-10s %s\n' owned 5 >"$dir/want"
    same "with the same owners from $end" "$dir/want" "$dir/owned"
    cut -d, -f1 "$dir/from_$end.csv" | grep '^0*[0-9][0-9]*$' >"$dir/order"
    (seq 1 14 && echo 015) >"$dir/want"
    same "and all rows in their order from $end" "$dir/want" "$dir/order"
done
run assign "$store" "$dir/in.csv" "$dir/gpkg_points.gpkg"
ok "a GeoPackage whose name begins with gpkg is written" test "$code" -eq 1
run assign "$store" "$dir/in.csv" "$dir/layer.fgb"
says "FlatGeobuf, which drops rows without a place, is refused for them" 2 "row 6 has no place"
head -4 "$dir/in.csv" >"$dir/good.csv"
run assign "$store" "$dir/good.csv" "$dir/layer.fgb"
ok "and written when all rows have one" test "$code" -eq 0
run assign "$store" "$dir/layer.fgb" "$dir/from_fgb.csv"
ok "in their order" test "$(cut -d, -f1 "$dir/from_fgb.csv" | tr '\n' ' ')" = "id 1 2 3 "
ok "a layer's place is written to CSV" grep -q 'mere_lon,mere_lat,outline_code' "$dir/from_gpkg.csv"
run assign "$store" "$dir/grid.geojson" "$dir/o.csv"
says "a layer without points is refused" 2 "no points"

# ---- bad files -----------------------------------------------------------------------------------
: >"$dir/empty.csv"
run assign "$store" "$dir/empty.csv" "$dir/o.csv"
says "an empty file is refused" 2 "empty"
run assign "$store" "$dir/missing.csv" "$dir/o.csv"
says "a missing file is refused" 2 "no such file"
printf 'lon,lat\n"1,2\n' >"$dir/open.csv"
run assign "$store" "$dir/open.csv" "$dir/o.csv"
says "a quote that is never closed is refused" 2 "never closed"
head -c 5000 "$store" >"$dir/binary.csv"
run assign "$store" "$dir/binary.csv" "$dir/o.csv"
says "a file that is no text is refused" 2 "binary.csv is no text"
run assign "$store" "$dir/gbk.csv" "$dir/o.csv"
says "an encoding that can't be told is refused with samples" 2 "GBK .*滨江区"
run assign "$store" "$store" "$dir/o.csv"
says "a file of several layers needs --layer" 2 "--layer"
run assign "$store" "$dir/layer.gpkg" "$dir/named.csv" --layer layer
ok "which chooses one" test "$code" -eq 1
ok "no part of an output stays behind" test -z "$(ls "$dir" | grep part)"
ok "no refused output stays behind" test ! -e "$dir/o.csv"

echo "$passed passed, $failed failed, 0 skipped"
test "$failed" -eq 0
