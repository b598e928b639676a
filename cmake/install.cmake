# What `cmake --install` puts where. The library target `merestone_shared` stands in src/CMakeLists.txt.
# The prefix may be given at install time (--prefix), so the two texts are filled in then.
install(FILES src/merestone.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
configure_file(man/merestone.1.in ${CMAKE_BINARY_DIR}/merestone.1 @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/merestone.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(CODE "
  set(PROJECT_VERSION \"${PROJECT_VERSION}\")
  get_filename_component(CMAKE_INSTALL_PREFIX \"\${CMAKE_INSTALL_PREFIX}\" ABSOLUTE)
  set(MERE_PC_LIBDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}\")
  set(MERE_PC_INCLUDEDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}\")
  configure_file(\"${CMAKE_CURRENT_SOURCE_DIR}/cmake/merestone.pc.in\"
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig/merestone.pc\" @ONLY)")
install(DIRECTORY shapes DESTINATION ${CMAKE_INSTALL_DATADIR}/merestone OPTIONAL)
install(FILES LICENSE README.md README.zh-CN.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
