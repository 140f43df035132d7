# portcullis_module(name SOURCES a.cpp ... PUBLIC dep ... PRIVATE dep ...)
#   A static library from an explicit list of sources, with the project's options; `name` is folder_folder.
# portcullis_program(name SOURCES ... LINK ...)
#   An executable in <build>/bin.
# portcullis_test(name SOURCES ... LINK ... [LABELS unit|store|api|...] [TIMEOUT seconds])
#   A GoogleTest executable, registered with ctest as one test per case.

include(GoogleTest)

function(portcullis_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC portcullis_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

function(portcullis_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK})
endfunction()

function(portcullis_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    PORTCULLIS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PORTCULLIS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
