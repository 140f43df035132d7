SELECT tenancy.release('pulse.alerts');
SELECT tenancy.release('pulse.customers');
DROP TABLE pulse.alerts, pulse.customers;
