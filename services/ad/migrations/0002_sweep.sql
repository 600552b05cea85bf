-- The sweep: what was counted of showings whose links have long expired. It sees of them when they were, and no more.
CREATE INDEX delivery_occurred_at ON delivery (occurred_at);
CREATE POLICY delivery_worker ON delivery FOR ALL TO ad_worker USING (true) WITH CHECK (false);
GRANT SELECT (occurred_at), DELETE ON delivery TO ad_worker;
