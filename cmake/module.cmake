# mere_module(geo SOURCES box.c ... USES base [LIBS PROJ::proj]): one module = one object library whose
# sources stand in src/<name>. Sources are listed, not globbed.
function(mere_module name)
  cmake_parse_arguments(M "" "" "SOURCES;USES;LIBS" ${ARGN})
  list(TRANSFORM M_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/src/${name}/)
  add_library(mere_${name} STATIC ${M_SOURCES})
  set_target_properties(mere_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(mere_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM M_USES PREPEND mere_)
  target_link_libraries(mere_${name} PUBLIC mere_options ${M_USES} PRIVATE ${M_LIBS} m)
endfunction()
