# verify_headers: every header of ours compiles alone. Part of `./dev check`, not of the default build.
#
# A header that needs another one included before it breaks the day somebody sorts the includes.

file(GLOB_RECURSE headers RELATIVE "${CMAKE_SOURCE_DIR}" CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/platform/*.hpp" "${CMAKE_SOURCE_DIR}/controller/*.hpp" "${CMAKE_SOURCE_DIR}/tenancy/*.hpp"
  "${CMAKE_SOURCE_DIR}/pulse/*.hpp" "${CMAKE_SOURCE_DIR}/tests/*.hpp")

set(sources "")
foreach(header IN LISTS headers)
  string(REPLACE "/" "_" name "${header}")
  set(source "${CMAKE_BINARY_DIR}/verify_headers/${name}.cpp")
  # Twice: the second shows that the guard is there.
  file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n#include \"${header}\"\n" @ONLY)
  list(APPEND sources "${source}")
endforeach()

if(sources)
  add_library(verify_headers OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(verify_headers PRIVATE portcullis_options)
  set_target_properties(verify_headers PROPERTIES UNITY_BUILD OFF)
endif()
