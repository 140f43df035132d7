DROP TABLE portcullis.monitor_canaries, portcullis.monitor_baseline_instances, portcullis.monitor_baselines,
    portcullis.monitor_windows, portcullis.alerts, portcullis.monitor_lease;
DROP FUNCTION portcullis.guard_alert(), portcullis.guard_baseline();
