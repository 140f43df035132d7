portcullis_bench(bench_fleet
  SOURCES bench_fleet.cpp fleet_bare.cpp fleet_controller.cpp fleet_kills.cpp fleet_load.cpp fleet_plan.cpp fleet_prober.cpp
    fleet_record.cpp fleet_stuck.cpp pulse_world.cpp
  LINK tenancy_link tenancy_probe tenancy_wire platform_ws platform_httpd platform_httpc platform_json platform_postgres
    platform_crypto tests_support_postgres tests_httpd_wire PkgConfig::PQXX)
add_dependencies(bench_fleet portcullisd pulsed)
