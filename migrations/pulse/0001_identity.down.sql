SELECT tenancy.release('pulse.billing_states');
REVOKE SELECT ON public.pulse_migrations FROM portcullis_app;
DROP SCHEMA pulse CASCADE;
