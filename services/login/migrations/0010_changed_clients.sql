-- What a change of a client ends. Only adds: an older login goes on beside it. Where that one renews a secret, the client's
-- own tokens stay; and it stores only the last session that changed a client.

ALTER TABLE client ADD COLUMN secrets_valid_from timestamptz;
COMMENT ON COLUMN client.secrets_valid_from IS 'when a secret was last revoked: the client''s own tokens from before are refused. Null: never';

-- All sessions in which a client was registered or changed: an honest change must not hide that of a thief.
CREATE TABLE client_change (
    session_id uuid NOT NULL,
    client_id  text NOT NULL REFERENCES client ON DELETE CASCADE,
    tenant_id  uuid NOT NULL,
    PRIMARY KEY (session_id, client_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE
);
CREATE INDEX client_change_client ON client_change (client_id);

GRANT SELECT, INSERT ON client_change TO login_app;
ALTER TABLE client_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE client_change FORCE ROW LEVEL SECURITY;
CREATE POLICY client_change_tenant ON client_change TO login_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY client_change_owner ON client_change TO login_owner USING (true) WITH CHECK (true);
