-- An event that the broker never accepts as it is, such as one that is too large, is parked with the reason.
ALTER TABLE outbox ADD COLUMN parked_at timestamptz, ADD COLUMN parked_reason text;
COMMENT ON COLUMN outbox.parked_at IS 'when the broker rejected the event for good; set both to null to publish it again, but not a state with a later row of the same topic and key';
GRANT UPDATE (parked_at, parked_reason) ON outbox TO {product}_worker;
