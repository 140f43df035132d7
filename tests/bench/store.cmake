portcullis_bench(bench_store
  SOURCES bench_store.cpp
  LINK store_test_world controller_store tests_support_policy tests_support_postgres PkgConfig::PQXX)
