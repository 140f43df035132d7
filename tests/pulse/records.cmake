# What tenants keep, and the administration of tenants.

add_library(tests_pulse_tenants STATIC tenants.cpp)
target_link_libraries(tests_pulse_tenants PUBLIC tests_pulse_harness)
portcullis_precompile(tests_pulse_tenants "platform/json/json.hpp")

portcullis_pulse_test(pulse_records_test SOURCES customers_test.cpp quotas_test.cpp LINK tests_pulse_tenants)
portcullis_pulse_test(pulse_tenants_test SOURCES restore_test.cpp tenants_test.cpp LINK tests_pulse_tenants)
portcullis_pulse_test(pulse_runbook_test SOURCES runbook_test.cpp LINK tests_pulse_tenants)
portcullis_pulse_test(pulse_jobs_test SOURCES tenant_jobs_test.cpp
  LINK pulse_app tests_support_postgres PkgConfig::PQXX)
