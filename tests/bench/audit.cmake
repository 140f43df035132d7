portcullis_bench(bench_audit
  SOURCES bench_audit.cpp
  LINK controller_wire platform_crypto)
