portcullis_bench(bench_tenancy
  SOURCES bench_tenancy.cpp
  LINK tenancy)
