-- What chassis needs in each product's database. `{product}` becomes the product's name when it is applied.

-- Events on their way to Kafka, written in the transaction of the change they tell of.
CREATE TABLE outbox (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     uuid NOT NULL UNIQUE,
    tenant_id    uuid NOT NULL,
    topic        text NOT NULL,
    key          text NOT NULL,
    type         text NOT NULL,
    time         timestamptz NOT NULL,
    payload      bytea,
    traceparent  text,
    published_at timestamptz
);
COMMENT ON COLUMN outbox.payload IS 'Protobuf; null is a tombstone';
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_tenant ON outbox FOR INSERT TO {product}_app
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY outbox_worker ON outbox TO {product}_worker USING (true);
CREATE POLICY outbox_owner ON outbox TO {product}_owner USING (true);
GRANT INSERT ON outbox TO {product}_app;
GRANT SELECT, DELETE, UPDATE (published_at) ON outbox TO {product}_worker;

-- The payload is constant, so that Postgres makes one wake-up of many inserts.
CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();

-- Events whose effect is committed here, so that a second delivery has none.
CREATE TABLE inbox (
    consumer    text NOT NULL,
    event_id    uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
COMMENT ON TABLE inbox IS 'exempt from row-level security: holds ids of events only';
CREATE INDEX inbox_received_at ON inbox (received_at);
GRANT SELECT, INSERT ON inbox TO {product}_app;
GRANT SELECT, DELETE ON inbox TO {product}_worker;

-- Answers of requests that create something, given again to a client that repeats its Idempotency-Key.
CREATE TABLE idempotency_key (
    tenant_id    uuid NOT NULL,
    caller       text NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,
    status       smallint NOT NULL,
    body         jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, caller, key)
);
CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at);

ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_key_tenant ON idempotency_key TO {product}_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY idempotency_key_worker ON idempotency_key FOR ALL TO {product}_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON idempotency_key TO {product}_app;
GRANT SELECT, DELETE ON idempotency_key TO {product}_worker;
