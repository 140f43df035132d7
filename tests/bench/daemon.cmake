portcullis_bench(bench_daemon
  SOURCES bench_daemon.cpp
  LINK platform_base platform_httpc tests_support)
add_dependencies(bench_daemon portcullisd)
