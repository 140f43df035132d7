portcullis_bench(bench_monitor
  SOURCES bench_monitor.cpp
  LINK controller_policy controller_wire)
