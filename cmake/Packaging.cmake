# What `cmake --install` puts where, and the Debian package (`./dev package`).

include(GNUInstallDirs)

foreach(program portcullisd portcullis pulse-agent)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endforeach()
install(FILES cmake/packaging/portcullisd.service cmake/packaging/pulse-agent.service DESTINATION lib/systemd/system)
install(FILES cmake/packaging/portcullisd.env DESTINATION /etc/portcullis PERMISSIONS OWNER_READ OWNER_WRITE)
# An example, to be copied and filled in: nginx is not ours to configure.
install(FILES cmake/packaging/nginx/portcullis.conf DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples/nginx")
install(FILES monitoring/pulse.rules.yml DESTINATION "${CMAKE_INSTALL_DOCDIR}/monitoring")
install(FILES README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
install(DIRECTORY manifests/examples DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME portcullis)
set(CPACK_PACKAGE_VENDOR "Portcullis")
set(CPACK_PACKAGE_CONTACT "Portcullis maintainers <maintainers@portcullis.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "release governance and rollout control for multi-tenant fleets")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
# Libraries are found by dpkg-shlibdeps; the programs of PostgreSQL are run, not linked.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, postgresql-15 | postgresql-16 | postgresql-17, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_SOURCE_DIR}/cmake/packaging/postinst;${CMAKE_SOURCE_DIR}/cmake/packaging/prerm;${CMAKE_SOURCE_DIR}/cmake/packaging/postrm;${CMAKE_BINARY_DIR}/conffiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE "${CMAKE_BINARY_DIR}/conffiles" "/etc/portcullis/portcullisd.env\n")
include(CPack)
