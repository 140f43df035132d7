# portcullis_module(name SOURCES a.cpp ... PUBLIC dep ... PRIVATE dep ... [PCH <header> ...])
#   A static library from an explicit list of sources, with the project's options; `name` is folder_folder.
#   PCH names the expensive headers that most of its files need; ignored unless PORTCULLIS_PCH is on.
# portcullis_program(name SOURCES ... LINK ... [PCH ...])
#   An executable in <build>/bin. The target `programs` builds all that are not part of the tests.
# portcullis_test(name SOURCES ... LINK ... [LABELS unit|store|api|...] [TIMEOUT seconds] [PCH ...]
#                 [RUN_SERIAL])
#   A GoogleTest executable, one test of ctest: two thousand cases cost less than the processes to run each in its own.
#   One case is run by the program itself (build/dev/bin/<name> --gtest_filter=Suite.Case). RUN_SERIAL: nothing else runs
#   beside it.
# portcullis_pg_test(name ...)
#   For tests that need a database: they run while the shared test cluster is up (tests/support/postgres.hpp) and link
#   tests_support_postgres. Each case is a test of ctest, since each waits for a database of its own; AS_ONE for suites
#   whose set-up costs more than their cases.
# portcullis_suites(name [SOURCES ...] LINK ... [PCH ...])
# portcullis_suite(test IN name TESTS a_test.cpp ... [LABELS ...] [TIMEOUT seconds] [COST seconds] [DEPENDS target ...]
#                  [CLUSTER])
#   One program for the tests of many files, and its parts as tests of ctest: each runs the tests of its own files in a
#   process of its own. A program costs two seconds of compiling and linking whatever it holds. SOURCES are the helpers;
#   the files of tests come from the suites, so none can be left out. COST is about its seconds, DEPENDS what it starts,
#   CLUSTER says that it uses the shared test cluster.
# portcullis_bench(name SOURCES ... LINK ...)
#   A measuring program, `name` begins with bench_: `./dev bench` runs it without arguments, and it fails when a figure
#   is out of its bounds. The target `benches` builds all of them.
# portcullis_fuzzer(name SOURCES ... LINK ... CORPUS folder)
#   A fuzz program (LLVMFuzzerTestOneInput). The preset fuzz builds it with clang's libFuzzer; every other build replays
#   the corpus and near misses of it as a test.

include(GoogleTest)

# Where the ctest fixture of tests/support writes how to reach the cluster that is up for this run.
set(PORTCULLIS_TEST_CLUSTER_STATE "${CMAKE_BINARY_DIR}/tests/test_cluster.state")

set(PORTCULLIS_TESTS_DIR "${CMAKE_SOURCE_DIR}/tests")
add_custom_target(programs)
add_custom_target(benches)

function(portcullis_precompile target)
  if(PORTCULLIS_PCH AND ARGN)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

function(portcullis_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;PCH" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC portcullis_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  portcullis_precompile(${name} ${ARG_PCH})
endfunction()

function(portcullis_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PCH" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK})
  portcullis_precompile(${name} ${ARG_PCH})
  cmake_path(IS_PREFIX PORTCULLIS_TESTS_DIR "${CMAKE_CURRENT_SOURCE_DIR}" part_of_tests)
  if(NOT part_of_tests)
    add_dependencies(programs ${name})
  endif()
endfunction()

function(portcullis_bench name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(NOT name MATCHES "^bench_")
    message(FATAL_ERROR "${name}: the name of a measuring program begins with bench_")
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK} benchmark::benchmark)
  target_compile_definitions(${name} PRIVATE
    PORTCULLIS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PORTCULLIS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_dependencies(benches ${name})
endfunction()

function(portcullis_fuzzer name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK})
  if(PORTCULLIS_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE "${PORTCULLIS_TESTS_DIR}/fuzz/replay_main.cpp")
    add_test(NAME ${name} COMMAND ${name} "${ARG_CORPUS}")
    set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
endfunction()

# `properties` holds extra ctest properties as name and value pairs.
function(portcullis_add_gtest name properties)
  cmake_parse_arguments(ARG "RUN_SERIAL;AS_ONE" "TIMEOUT" "SOURCES;LINK;LABELS;PCH" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(ARG_RUN_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    PORTCULLIS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PORTCULLIS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  portcullis_precompile(${name} ${ARG_PCH})
  if(ARG_AS_ONE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ${properties})
    return()
  endif()
  # PRE_TEST: the cases are listed when ctest starts, so a test that cannot start does not fail the build.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ${properties})
endfunction()

function(portcullis_test name)
  portcullis_add_gtest(${name} "" AS_ONE ${ARGN})
endfunction()

function(portcullis_suites name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PCH" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} "${PORTCULLIS_TESTS_DIR}/support/suites_main.cpp")
  target_link_libraries(${name} PRIVATE portcullis_options ${ARG_LINK} GTest::gmock GTest::gtest)
  target_compile_definitions(${name} PRIVATE
    PORTCULLIS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PORTCULLIS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  portcullis_precompile(${name} ${ARG_PCH})
endfunction()

function(portcullis_suite test)
  cmake_parse_arguments(ARG "CLUSTER" "IN;TIMEOUT;COST" "TESTS;LABELS;DEPENDS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  target_sources(${ARG_IN} PRIVATE ${ARG_TESTS})
  set(files "")
  foreach(file IN LISTS ARG_TESTS)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}" OUTPUT_VARIABLE folder)
    list(APPEND files "${folder}/${file}")
  endforeach()
  list(JOIN files "," files)
  add_test(NAME ${test} COMMAND ${ARG_IN} "--of=${files}")
  set_tests_properties(${test} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  if(ARG_COST)
    set_tests_properties(${test} PROPERTIES COST ${ARG_COST})
  endif()
  if(ARG_CLUSTER)
    set_tests_properties(${test} PROPERTIES FIXTURES_REQUIRED test_cluster
      ENVIRONMENT "PORTCULLIS_TEST_CLUSTER=${PORTCULLIS_TEST_CLUSTER_STATE}")
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${ARG_IN} ${ARG_DEPENDS})
  endif()
endfunction()

function(portcullis_pg_test name)
  portcullis_add_gtest(${name}
    "FIXTURES_REQUIRED;test_cluster;ENVIRONMENT;PORTCULLIS_TEST_CLUSTER=${PORTCULLIS_TEST_CLUSTER_STATE}" ${ARGN})
  target_link_libraries(${name} PRIVATE tests_support_postgres)
endfunction()
