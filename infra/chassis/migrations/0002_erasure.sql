-- Whoever erases an aggregate takes back what the outbox still holds of it.
CREATE POLICY outbox_forget_read ON outbox FOR SELECT TO {product}_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY outbox_forget ON outbox FOR DELETE TO {product}_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
GRANT DELETE, SELECT (tenant_id, topic, key) ON outbox TO {product}_app;
CREATE INDEX outbox_key ON outbox (tenant_id, topic, key);
