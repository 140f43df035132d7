-- What an instance does now, written anew each time it was looked at; monitor_windows keeps one in twenty of them, which
-- is history and no answer to "now".
CREATE TABLE portcullis.monitor_now (
    instance_id text PRIMARY KEY,
    ended_at    timestamptz NOT NULL,  -- by the machine's clock
    seconds     double precision NOT NULL CHECK (seconds > 0),
    requests    double precision NOT NULL CHECK (requests >= 0),
    denied      double precision NOT NULL CHECK (denied >= 0),
    disabled    double precision NOT NULL CHECK (disabled >= 0),
    failed      double precision NOT NULL CHECK (failed >= 0),
    p95_seconds double precision
) WITH (fillfactor = 50);  -- each row is written every few seconds, in its own page

INSERT INTO portcullis.monitor_now
SELECT DISTINCT ON (w.instance_id) w.instance_id, w.ended_at, w.seconds, w.requests, w.denied, w.disabled, w.failed,
       w.p95_seconds
FROM portcullis.monitor_windows w ORDER BY w.instance_id, w.ended_at DESC;

REVOKE ALL ON portcullis.monitor_now FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON portcullis.monitor_now TO portcullis_app;
GRANT UPDATE (ended_at, seconds, requests, denied, disabled, failed, p95_seconds) ON portcullis.monitor_now
    TO portcullis_app;
