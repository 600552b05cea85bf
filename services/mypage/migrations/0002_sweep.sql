-- The sweeps of timelines and usage. They see when something was, and no more.
CREATE INDEX activity_occurred_at ON activity (occurred_at);
CREATE INDEX usage_record_period_start ON usage_record (period_start);
CREATE POLICY activity_worker ON activity FOR ALL TO mypage_worker USING (true) WITH CHECK (false);
CREATE POLICY usage_record_worker ON usage_record FOR ALL TO mypage_worker USING (true) WITH CHECK (false);
GRANT SELECT (occurred_at), DELETE ON activity TO mypage_worker;
GRANT SELECT (period_start), DELETE ON usage_record TO mypage_worker;
