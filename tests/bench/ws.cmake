portcullis_bench(bench_ws
  SOURCES bench_ws.cpp
  LINK platform_ws platform_httpd platform_base tests_httpd_wire)
