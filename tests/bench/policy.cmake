portcullis_bench(bench_policy
  SOURCES bench_policy.cpp
  LINK controller_policy tests_support_policy)
