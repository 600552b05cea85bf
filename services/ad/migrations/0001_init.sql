-- ad's own tables. Each belongs to a tenant, under forced row-level security: the app role sees the rows of the tenant its
-- transaction is set to, the worker role only what the index is built from, and the owner all of them (backfills).

-- What login says of each tenant: read model of login.tenant.v1.
CREATE TABLE tenant (
    tenant_id     uuid PRIMARY KEY,
    name          text NOT NULL,
    locale        text NOT NULL,
    time_zone     text NOT NULL,
    currency_code text NOT NULL,
    active        boolean NOT NULL,
    version       bigint NOT NULL
);

CREATE TABLE campaign (
    campaign_id         uuid PRIMARY KEY,
    tenant_id           uuid NOT NULL,
    name                text NOT NULL,
    headline            text NOT NULL,
    body                text NOT NULL,
    landing_url         text NOT NULL,
    locale              text NOT NULL CHECK (locale IN ('ko', 'en')),
    interests           text[] NOT NULL,
    bid_micros          bigint NOT NULL CHECK (bid_micros > 0),
    daily_budget_micros bigint NOT NULL CHECK (daily_budget_micros > 0),
    currency_code       text NOT NULL,
    open_to_all         boolean NOT NULL,
    status              text NOT NULL CHECK (status IN ('active', 'paused')),
    version             bigint NOT NULL,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL
);
CREATE INDEX campaign_tenant ON campaign (tenant_id, campaign_id);
CREATE INDEX campaign_active ON campaign (campaign_id) WHERE status = 'active';

-- What a campaign has spent on a day of its tenant's time zone. Only a conditional update raises it, so it never passes the budget.
CREATE TABLE campaign_day (
    campaign_id  uuid NOT NULL REFERENCES campaign,
    day          date NOT NULL,
    tenant_id    uuid NOT NULL,
    spent_micros bigint NOT NULL DEFAULT 0 CHECK (spent_micros >= 0),
    PRIMARY KEY (campaign_id, day)
);
CREATE INDEX campaign_day_day ON campaign_day (day);

-- The ledger: a row for each charged click, never changed.
CREATE TABLE charge (
    charge_id     uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    campaign_id   uuid NOT NULL REFERENCES campaign,
    serve_id      uuid NOT NULL CONSTRAINT charge_once UNIQUE,
    day           date NOT NULL,
    price_micros  bigint NOT NULL CHECK (price_micros > 0),
    currency_code text NOT NULL,
    occurred_at   timestamptz NOT NULL
);
CREATE INDEX charge_tenant ON charge (tenant_id, charge_id);
CREATE INDEX charge_campaign_day ON charge (campaign_id, day);

-- What was counted of a showing: the primary key counts it once. It belongs to the viewer's tenant.
CREATE TABLE delivery (
    serve_id             uuid NOT NULL,
    kind                 text NOT NULL CHECK (kind IN ('impression', 'click')),
    delivery_id          uuid NOT NULL,
    tenant_id            uuid NOT NULL,
    viewer_user_id       uuid,
    advertiser_tenant_id uuid NOT NULL,
    campaign_id          uuid NOT NULL,
    placement            text NOT NULL,
    occurred_at          timestamptz NOT NULL,
    PRIMARY KEY (serve_id, kind)
);
COMMENT ON COLUMN delivery.tenant_id IS 'the viewer''s';
COMMENT ON COLUMN delivery.viewer_user_id IS 'null once the person was erased';
CREATE INDEX delivery_viewer ON delivery (viewer_user_id) WHERE viewer_user_id IS NOT NULL;

-- What a person chose in mypage: read model of mypage.preferences.v1.
CREATE TABLE viewer_preferences (
    user_id    uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    interests  text[] NOT NULL,
    ad_consent boolean NOT NULL,
    version    bigint NOT NULL
);

-- Persons who were erased: links made for them before that no longer count.
CREATE TABLE erased_viewer (
    user_id   uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    erased_at timestamptz NOT NULL
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['tenant', 'campaign', 'campaign_day', 'charge', 'delivery', 'viewer_preferences', 'erased_viewer'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY %1$I ON %2$I TO ad_app'
            ' USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
            t || '_tenant', t);
        EXECUTE format('CREATE POLICY %1$I ON %2$I TO ad_owner USING (true) WITH CHECK (true)', t || '_owner', t);
    END LOOP;
    -- The worker builds the index of all tenants' campaigns, and reads nothing else.
    FOREACH t IN ARRAY ARRAY['tenant', 'campaign', 'campaign_day'] LOOP
        EXECUTE format('CREATE POLICY %1$I ON %2$I FOR SELECT TO ad_worker USING (true)', t || '_worker', t);
        EXECUTE format('GRANT SELECT ON %I TO ad_worker', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON tenant TO ad_app;
GRANT SELECT, INSERT ON campaign TO ad_app;
GRANT UPDATE (bid_micros, daily_budget_micros, status, version, updated_at) ON campaign TO ad_app;
GRANT SELECT, INSERT, UPDATE (spent_micros) ON campaign_day TO ad_app;
GRANT SELECT, INSERT ON charge TO ad_app;
GRANT SELECT, INSERT, UPDATE (viewer_user_id) ON delivery TO ad_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON viewer_preferences TO ad_app;
GRANT SELECT, INSERT, DELETE ON erased_viewer TO ad_app;

-- What the index is made of wakes it when it changes. The payload is constant, so that Postgres makes one wake-up of many changes.
CREATE FUNCTION index_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ad_index', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER index_notify AFTER INSERT OR UPDATE ON tenant FOR EACH STATEMENT EXECUTE FUNCTION index_notify();
CREATE TRIGGER index_notify AFTER INSERT OR UPDATE ON campaign FOR EACH STATEMENT EXECUTE FUNCTION index_notify();
