portcullis_bench(bench_monitor
  SOURCES bench_monitor.cpp
  LINK controller_policy controller_wire)
portcullis_bench(bench_scrapes
  SOURCES bench_scrapes.cpp cpu_time.cpp
  LINK platform_base platform_httpc platform_httpd tests_support)
add_dependencies(bench_scrapes portcullisd)
