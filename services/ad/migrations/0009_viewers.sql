-- A changed or deleted preference empties each replica's memory of the person. A trigger, so that handlers of the version before
-- notify too. The payload is the person's id, and nothing else of the person.
CREATE FUNCTION viewer_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ad_viewers', coalesce(NEW.user_id, OLD.user_id)::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER viewer_notify AFTER INSERT OR UPDATE OR DELETE ON viewer_preferences FOR EACH ROW EXECUTE FUNCTION viewer_notify();

-- The impressions of a person's day, for frequency caps. It also finds all of a person's deliveries, as the index before did.
CREATE INDEX delivery_viewer_time ON delivery (viewer_user_id, occurred_at) WHERE viewer_user_id IS NOT NULL;
DROP INDEX delivery_viewer;
