DROP TABLE portcullis.monitor_now;
