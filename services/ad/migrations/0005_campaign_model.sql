-- Complete campaigns: states, flight, total budget, hours, frequency cap, and several creatives with review and images.
--
-- The version before runs beside this one. Its campaigns have none of the new columns, so each has a default, and a trigger
-- adds their creative. `campaign.headline`, `body` and `landing_url` stay equal to the first creative for its sake.
ALTER TABLE campaign
    DROP CONSTRAINT campaign_status_check,
    ADD CONSTRAINT campaign_status_check CHECK (status IN ('draft', 'in_review', 'active', 'paused', 'ended')),
    ADD COLUMN starts_on date,
    ADD COLUMN ends_on date,
    ADD COLUMN total_budget_micros bigint CHECK (total_budget_micros > 0),
    ADD COLUMN hours integer NOT NULL DEFAULT 16777215 CHECK (hours BETWEEN 1 AND 16777215),
    ADD COLUMN frequency_cap smallint CHECK (frequency_cap BETWEEN 1 AND 100),
    ADD CONSTRAINT campaign_flight CHECK (starts_on <= ends_on);
COMMENT ON COLUMN campaign.starts_on IS 'first day of the flight, in the tenant''s time zone; null for at once';
COMMENT ON COLUMN campaign.ends_on IS 'last day of the flight; null for no end';
COMMENT ON COLUMN campaign.total_budget_micros IS 'maximum of all days; null for none';
COMMENT ON COLUMN campaign.hours IS 'bit h is set when the campaign runs in hour h of the tenant''s day';
COMMENT ON COLUMN campaign.frequency_cap IS 'maximum impressions a person a day; null for none';

-- The text, image and landing URL of an ad. They never change: an edited creative is a new row, and the row before is removed.
-- So a link leads where the reviewed creative led.
CREATE TABLE creative (
    creative_id   uuid PRIMARY KEY,
    campaign_id   uuid NOT NULL REFERENCES campaign,
    tenant_id     uuid NOT NULL,
    headline      text NOT NULL,
    body          text NOT NULL,
    landing_url   text NOT NULL,
    image_sha256  bytea CHECK (octet_length(image_sha256) = 32),
    image_alt     text,
    review        text NOT NULL CHECK (review IN ('pending', 'approved', 'rejected')),
    review_reason text,
    reviewed_at   timestamptz,
    created_at    timestamptz NOT NULL,
    removed_at    timestamptz,
    CONSTRAINT creative_image_alt CHECK ((image_sha256 IS NULL) = (image_alt IS NULL))
);
COMMENT ON COLUMN creative.image_alt IS 'the image as text, for people who do not see it';
CREATE INDEX creative_campaign ON creative (campaign_id, creative_id);
CREATE INDEX creative_pending ON creative (creative_id) WHERE review = 'pending' AND removed_at IS NULL;

-- Images of creatives, once a tenant and content.
CREATE TABLE image (
    tenant_id    uuid NOT NULL,
    image_sha256 bytea NOT NULL CHECK (octet_length(image_sha256) = 32),
    media_type   text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    width        integer NOT NULL CHECK (width > 0),
    height       integer NOT NULL CHECK (height > 0),
    content      bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT image_pkey PRIMARY KEY (tenant_id, image_sha256)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['creative', 'image'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY %1$I ON %2$I TO ad_app'
            ' USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
            t || '_tenant', t);
        EXECUTE format('CREATE POLICY %1$I ON %2$I TO ad_owner USING (true) WITH CHECK (true)', t || '_owner', t);
    END LOOP;
END
$$;
CREATE POLICY creative_worker ON creative FOR SELECT TO ad_worker USING (true);
GRANT SELECT ON creative TO ad_worker;
GRANT SELECT, INSERT, UPDATE (review, review_reason, reviewed_at, removed_at) ON creative TO ad_app;
GRANT SELECT, INSERT, DELETE ON image TO ad_app;
GRANT UPDATE (name, headline, body, landing_url, locale, interests, open_to_all, starts_on, ends_on, total_budget_micros, hours,
    frequency_cap) ON campaign TO ad_app;

-- Campaigns of the version before were served without review.
INSERT INTO creative (creative_id, campaign_id, tenant_id, headline, body, landing_url, review, reviewed_at, created_at)
SELECT campaign_id, campaign_id, tenant_id, headline, body, landing_url, 'approved', created_at, created_at FROM campaign;

-- At commit, so that this version inserts its creatives first.
CREATE FUNCTION creative_of_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO creative (creative_id, campaign_id, tenant_id, headline, body, landing_url, review, reviewed_at, created_at)
    SELECT NEW.campaign_id, NEW.campaign_id, NEW.tenant_id, NEW.headline, NEW.body, NEW.landing_url, 'approved', NEW.created_at,
        NEW.created_at
    WHERE NOT EXISTS (SELECT FROM creative WHERE campaign_id = NEW.campaign_id);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER creative_of_campaign AFTER INSERT ON campaign DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION creative_of_campaign();

-- A new or reviewed creative changes the index, as a campaign does.
CREATE TRIGGER index_notify AFTER INSERT OR UPDATE ON creative FOR EACH STATEMENT EXECUTE FUNCTION index_notify();
