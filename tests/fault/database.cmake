# A database that hangs or is not there, under a real controller with real instances, on a cluster of their own.
add_executable(fault_database ../fleet/fleet_world.cpp database_away_test.cpp database_world.cpp)
target_link_libraries(fault_database PRIVATE tests_api_harness tests_pulse_harness tests_support_postgres
  platform_service platform_ws GTest::gtest_main)
target_compile_definitions(fault_database PRIVATE PORTCULLIS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
portcullis_precompile(fault_database <platform/json/json.hpp> <gtest/gtest.h>)
add_test(NAME fault_database COMMAND fault_database)
set_tests_properties(fault_database PROPERTIES
  LABELS api COST 80 TIMEOUT 900 FIXTURES_REQUIRED test_cluster
  ENVIRONMENT "PORTCULLIS_TEST_CLUSTER=${PORTCULLIS_TEST_CLUSTER_STATE}")
add_dependencies(fault_database portcullisd pulsed)
