# What tenants keep, and the administration of tenants.

target_sources(pulse_suites PRIVATE tenants.cpp)
portcullis_pulse_suite(pulse_records_test customers_test.cpp quotas_test.cpp)
portcullis_pulse_suite(pulse_tenants_test restore_test.cpp tenants_test.cpp)
portcullis_pulse_suite(pulse_runbook_test runbook_test.cpp)
portcullis_pulse_suite(pulse_jobs_test tenant_jobs_test.cpp)
