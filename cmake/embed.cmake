# Files as C arrays: cmake -DOUT=profiles.c -DFILES="a.json;b.json" -P embed.cmake
# A string literal may have 4095 characters only in C17, so bytes are written as numbers.
set(text "/* Made by cmake/embed.cmake; do not edit. */\n#include \"check/profiles.h\"\n\n")
set(table "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND text "static const unsigned char ${name}_json[] = {${bytes}};\n")
  string(APPEND table "    {\"${name}\", ${name}_json, sizeof ${name}_json},\n")
endforeach()
string(APPEND text "\nconst struct mere_shipped_profile mere_shipped_profiles[] = {\n${table}    {0, 0, 0},\n};\n")
file(WRITE ${OUT} "${text}")
