# A database that hangs or is not there, under a real controller with real instances, on a cluster of their own.
target_sources(fleet_suites PRIVATE database_world.cpp)
portcullis_suite(fault_database IN fleet_suites TESTS database_away_test.cpp LABELS api COST 80 TIMEOUT 900 CLUSTER)
