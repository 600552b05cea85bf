-- mypage's own data. Every table of a tenant's has forced row-level security; the exempt one says why.

-- What is known of a tenant: login.tenant.v1.
CREATE TABLE tenant (
    tenant_id     uuid PRIMARY KEY,
    name          text NOT NULL,
    locale        text NOT NULL,
    time_zone     text NOT NULL,
    currency_code text NOT NULL,
    version       bigint NOT NULL,
    changed_at    timestamptz NOT NULL
);

-- A person as far as the timeline goes. Its row is locked by whatever adds to the timeline or erases the person, so
-- that positions are handed out in the order of commits, and nothing is added after an erasure.
CREATE TABLE person (
    user_id       uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    last_position bigint NOT NULL DEFAULT 0,
    erased_at     timestamptz
);
COMMENT ON COLUMN person.last_position IS 'position of the newest activity';
COMMENT ON COLUMN person.erased_at IS 'set once login says that the person was erased; only the id is left then';

-- Who a person is: login.user.v1.
CREATE TABLE profile (
    user_id      uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    email        text NOT NULL,
    display_name text NOT NULL,
    locale       text NOT NULL,
    admin        boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    version      bigint NOT NULL,
    changed_at   timestamptz NOT NULL
);

-- What a person chose. mypage is the writer of this one.
CREATE TABLE preferences (
    user_id    uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    interests  text[] NOT NULL,
    ad_consent boolean NOT NULL,
    version    bigint NOT NULL,
    changed_at timestamptz NOT NULL
);

-- The timeline. Read by time (a page of it), and by position (what came after a cursor).
CREATE TABLE activity (
    activity_id uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    user_id     uuid NOT NULL,
    position    bigint NOT NULL,
    kind        text NOT NULL,
    subject     text NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT activity_position UNIQUE (user_id, position),
    CONSTRAINT activity_kind CHECK (kind IN ('signed_in', 'signed_out', 'ad_seen', 'ad_clicked', 'preferences_changed'))
);
COMMENT ON COLUMN activity.activity_id IS 'id of the event that told of it, so that telling it again changes nothing';
CREATE INDEX activity_timeline ON activity (user_id, occurred_at DESC, activity_id DESC);

-- One metered use of a product: *.usage.v1. Kept as it came, because months follow the tenant's time zone.
CREATE TABLE usage_record (
    usage_id     uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    metric       text NOT NULL,
    quantity     bigint NOT NULL CONSTRAINT usage_record_quantity CHECK (quantity >= 0),
    period_start timestamptz NOT NULL,
    period_end   timestamptz NOT NULL
);
CREATE INDEX usage_record_month ON usage_record (tenant_id, period_start) INCLUDE (metric, quantity);

-- A tenant's own campaigns: ad.campaign.v1.
CREATE TABLE campaign (
    campaign_id         uuid PRIMARY KEY,
    tenant_id           uuid NOT NULL,
    name                text NOT NULL,
    headline            text NOT NULL,
    active              boolean NOT NULL,
    currency_code       text NOT NULL,
    daily_budget_micros bigint NOT NULL,
    spent_today_micros  bigint NOT NULL,
    version             bigint NOT NULL,
    changed_at          timestamptz NOT NULL
);
COMMENT ON COLUMN campaign.spent_today_micros IS 'spent on the day of changed_at, in the tenant''s time zone';
CREATE INDEX campaign_tenant_name ON campaign (tenant_id, name);

-- A browser that is signed in. Tokens are sealed: this table alone opens nothing.
CREATE TABLE web_session (
    web_session_id    uuid PRIMARY KEY,
    tenant_id         uuid NOT NULL,
    user_id           uuid NOT NULL,
    session_id        uuid NOT NULL,
    identity          jsonb NOT NULL,
    sealed_tokens     bytea NOT NULL,
    access_expires_at timestamptz NOT NULL,
    refreshing_until  timestamptz,
    created_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL
);
COMMENT ON COLUMN web_session.session_id IS 'login''s session (sid): ends this one when it ends';
COMMENT ON COLUMN web_session.refreshing_until IS 'a replica is asking login for fresh tokens; no other does before then';
COMMENT ON COLUMN web_session.identity IS 'claims of the ID token, for a page without a read model and without login';
CREATE INDEX web_session_session ON web_session (session_id);
CREATE INDEX web_session_user ON web_session (user_id);
CREATE INDEX web_session_expires_at ON web_session (expires_at);

-- login's sessions that have ended, noted for a day: the news may overtake the sign-in that began with the session.
CREATE TABLE ended_session (
    session_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    ended_at   timestamptz NOT NULL
);
COMMENT ON COLUMN ended_session.ended_at IS 'when mypage was told';
CREATE INDEX ended_session_ended_at ON ended_session (ended_at);

-- From the cookie to the tenant.
CREATE TABLE web_session_key (
    token_hash     bytea PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    web_session_id uuid NOT NULL UNIQUE REFERENCES web_session ON DELETE CASCADE
);
COMMENT ON TABLE web_session_key IS
    'exempt from row-level security: finds the tenant of a cookie; holds its SHA-256 and ids only';
GRANT SELECT, INSERT ON web_session_key TO mypage_app;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenant', 'person', 'profile', 'preferences', 'activity', 'usage_record', 'campaign', 'web_session', 'ended_session']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY %I ON %I TO mypage_app
                 USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)
                 WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
            name || '_tenant', name);
        -- FORCE binds the owner too: backfills need this.
        EXECUTE format('CREATE POLICY %I ON %I TO mypage_owner USING (true) WITH CHECK (true)', name || '_owner', name);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON tenant, person, campaign TO mypage_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON profile, preferences, web_session TO mypage_app;
GRANT SELECT, INSERT, DELETE ON activity TO mypage_app;
GRANT SELECT, INSERT ON usage_record, ended_session TO mypage_app;

-- The sweeps: sessions past their end, and notes of a day ago.
CREATE POLICY web_session_worker ON web_session FOR ALL TO mypage_worker USING (true) WITH CHECK (false);
CREATE POLICY ended_session_worker ON ended_session FOR ALL TO mypage_worker USING (true) WITH CHECK (false);
GRANT SELECT, DELETE ON web_session, ended_session TO mypage_worker;
