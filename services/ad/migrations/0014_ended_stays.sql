-- A campaign that has ended stays ended. The version before, which runs beside this one during a rollout, shows such a campaign
-- as paused and would start it again. Its transaction fails, so nothing of the request is stored or published.
-- A charge does not name the column, so it does not pay for the trigger.
CREATE FUNCTION refuse_restart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'campaign % has ended', OLD.campaign_id
        USING ERRCODE = 'check_violation', TABLE = 'campaign', CONSTRAINT = 'campaign_stays_ended';
END
$$;
CREATE TRIGGER refuse_restart BEFORE UPDATE OF status ON campaign FOR EACH ROW
    WHEN (OLD.status = 'ended' AND NEW.status <> 'ended') EXECUTE FUNCTION refuse_restart();
