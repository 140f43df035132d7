-- The records of each tenant: customers, and the alerts that its monitoring raised. Both are given to tenants: who asks
-- without one sees nothing, and exports, digests, restores and deletions include them.

CREATE TABLE pulse.customers (
    org_id     text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email      text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    phone      text NOT NULL DEFAULT '' CHECK (length(phone) <= 50),
    company    text NOT NULL DEFAULT '' CHECK (length(company) <= 200),
    status     text NOT NULL DEFAULT 'active' CHECK (status IN ('lead', 'active', 'inactive')),
    notes      text NOT NULL DEFAULT '' CHECK (length(notes) <= 10000),
    created_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    updated_by text NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX customers_by_time ON pulse.customers (org_id, created_at DESC, id DESC);

CREATE TABLE pulse.alerts (
    org_id          text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    type            text NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
    level           text NOT NULL CHECK (level IN ('warning', 'critical')),
    resource_id     text NOT NULL CHECK (length(resource_id) BETWEEN 1 AND 200),
    resource_name   text NOT NULL DEFAULT '',
    node            text NOT NULL DEFAULT '',
    message         text NOT NULL DEFAULT '' CHECK (length(message) <= 2000),
    value           double precision NOT NULL DEFAULT 0,
    threshold       double precision NOT NULL DEFAULT 0,
    started_at      timestamptz NOT NULL DEFAULT transaction_timestamp(),
    last_seen_at    timestamptz NOT NULL DEFAULT transaction_timestamp(),
    acknowledged_at timestamptz,
    acknowledged_by text NOT NULL DEFAULT '',
    resolved_at     timestamptz,
    PRIMARY KEY (org_id, id)
);
-- One open alert of a type about a resource: a report of the same changes it.
CREATE UNIQUE INDEX alerts_one_open ON pulse.alerts (org_id, type, resource_id) WHERE resolved_at IS NULL;
CREATE INDEX alerts_by_end ON pulse.alerts (org_id, resolved_at DESC) WHERE resolved_at IS NOT NULL;

SELECT tenancy.protect('pulse.customers', 'record', 'customers');
SELECT tenancy.protect('pulse.alerts', 'record');
