-- The index reads what changed, not everything: each change has its transaction. A transaction that commits late has a
-- number that is lower than what the index has read, so the index compares it with the snapshot of its last question.
--
-- A default fills the rows of the version before.
ALTER TABLE campaign ADD COLUMN changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE tenant ADD COLUMN changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
-- Spending changes by a charge. An index on `campaign_day` would make each of its updates a new entry of all its indexes.
ALTER TABLE charge ADD COLUMN changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX campaign_changed ON campaign (changed_xid);
CREATE INDEX tenant_changed ON tenant (changed_xid);
CREATE INDEX charge_changed ON charge (changed_xid);

CREATE FUNCTION mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_xid := pg_current_xact_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER mark_changed BEFORE UPDATE ON tenant FOR EACH ROW EXECUTE FUNCTION mark_changed();
-- Not of `version`, which each charge changes: the index reads the charge instead, and is not notified of it. Many
-- notifications would serialise the commits of clicks.
CREATE TRIGGER mark_changed BEFORE UPDATE OF headline, body, locale, interests, bid_micros, daily_budget_micros,
    currency_code, open_to_all, status, starts_on, ends_on, total_budget_micros, hours, frequency_cap
    ON campaign FOR EACH ROW EXECUTE FUNCTION mark_changed();
DROP TRIGGER index_notify ON campaign;
CREATE TRIGGER index_notify AFTER INSERT OR UPDATE OF headline, body, locale, interests, bid_micros, daily_budget_micros,
    currency_code, open_to_all, status, starts_on, ends_on, total_budget_micros, hours, frequency_cap
    ON campaign FOR EACH STATEMENT EXECUTE FUNCTION index_notify();

-- The worker sees of charges which campaign was charged, and when, and no more.
CREATE POLICY charge_index ON charge FOR SELECT TO ad_worker USING (true);
GRANT SELECT (campaign_id, changed_xid) ON charge TO ad_worker;
