portcullis_bench(bench_pulse
  SOURCES bench_pulse.cpp pulse_world.cpp
  LINK pulse_store platform_sql platform_httpd platform_httpc platform_json platform_postgres tests_support_postgres)
portcullis_bench(bench_pulse_ws
  SOURCES bench_pulse_ws.cpp pulse_world.cpp
  LINK platform_httpd platform_httpc platform_json platform_postgres tests_support_postgres tests_httpd_wire)
add_dependencies(bench_pulse pulsed)
add_dependencies(bench_pulse_ws pulsed)
