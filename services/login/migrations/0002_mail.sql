-- Mail, and what waits for an answer to it: sign-ups, forgotten passwords. The devices that people sign in from.

-- Tenants ---------------------------------------------------------------------------------------

-- A mail is queued in the transaction of what it tells of. One to somebody who has no account yet is of no tenant.
CREATE TABLE mail (
    mail_id        uuid PRIMARY KEY,
    tenant_id      uuid REFERENCES tenant,
    user_id        uuid,
    recipient_hash bytea NOT NULL,
    sealed         bytea,
    state          text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    tries          integer NOT NULL DEFAULT 0,
    next_try_at    timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    done_at        timestamptz,
    CHECK (state = 'sent' OR sealed IS NOT NULL),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
COMMENT ON COLUMN mail.sealed IS 'recipient, subject and text, which has tokens in it; emptied once an SMTP server has taken the mail';
COMMENT ON COLUMN mail.next_try_at IS 'while one replica tries, the others leave it alone until then';
CREATE INDEX mail_due ON mail (next_try_at) WHERE state = 'queued';
CREATE INDEX mail_waiting ON mail (created_at) WHERE state = 'queued';
CREATE INDEX mail_failed ON mail (done_at) WHERE state = 'failed';
CREATE INDEX mail_recipient ON mail (recipient_hash, mail_id);
CREATE INDEX mail_user ON mail (tenant_id, user_id);

CREATE TABLE password_reset (
    token_hash bytea PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX password_reset_user ON password_reset (tenant_id, user_id);
CREATE INDEX password_reset_expires_at ON password_reset (expires_at);

CREATE TABLE known_device (
    tenant_id     uuid NOT NULL,
    user_id       uuid NOT NULL,
    device        text NOT NULL,
    last_used_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id, device),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX known_device_last_used_at ON known_device (last_used_at);

INSERT INTO known_device (tenant_id, user_id, device, last_used_at)
SELECT tenant_id, user_id, device, max(last_used_at) FROM session GROUP BY tenant_id, user_id, device;

-- Found before the tenant is known ------------------------------------------------------------------

-- A company whose admin has not shown yet that they read the mail of their address. For an address that has an account
-- there is such a row, too, whose token nobody was given: what becomes of the slug then tells nothing.
CREATE TABLE pending_sign_up (
    token_hash bytea PRIMARY KEY,
    email_hash bytea NOT NULL,
    slug       text NOT NULL,
    sealed     bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pending_sign_up_email_key UNIQUE (email_hash),
    CONSTRAINT pending_sign_up_slug_key UNIQUE (slug)
);
COMMENT ON TABLE pending_sign_up IS 'exempt from row-level security: there is no tenant yet; holds hashes, the short name that is kept free, and what only login can open';
COMMENT ON COLUMN pending_sign_up.sealed IS 'company, person and hash of the password';
CREATE INDEX pending_sign_up_expires_at ON pending_sign_up (expires_at);

CREATE TABLE mail_request (
    request_id   uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('sign_up', 'invitation', 'password_reset')),
    address_hash bytea NOT NULL,
    requested_at timestamptz NOT NULL,
    handled_at   timestamptz
);
COMMENT ON TABLE mail_request IS 'exempt from row-level security: unknown addresses are asked for as known ones are; holds hashes only';
COMMENT ON COLUMN mail_request.handled_at IS 'null while nobody has looked whether someone has the address';
CREATE INDEX mail_request_address ON mail_request (address_hash, kind, requested_at);
CREATE INDEX mail_request_unhandled ON mail_request (requested_at) WHERE handled_at IS NULL;
CREATE INDEX mail_request_at ON mail_request (requested_at);

ALTER TABLE token_directory DROP CONSTRAINT token_directory_kind_check;
ALTER TABLE token_directory ADD CONSTRAINT token_directory_kind_check
    CHECK (kind IN ('session', 'code', 'refresh', 'invitation', 'password_reset'));

-- Whether a company has this short name. Anyone may know: a sign-up is told.
CREATE FUNCTION is_slug_taken(wanted text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS 'SELECT EXISTS (SELECT FROM public.tenant WHERE slug = wanted)';
REVOKE ALL ON FUNCTION is_slug_taken(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_slug_taken(text) TO login_app;

-- Deletes every mail to an address, those of no tenant too, and what else is kept under it: its person was erased.
CREATE FUNCTION forget_address(wanted bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
    AS 'DELETE FROM public.mail WHERE recipient_hash = wanted;
        DELETE FROM public.pending_sign_up WHERE email_hash = wanted;
        DELETE FROM public.mail_request WHERE address_hash = wanted';
REVOKE ALL ON FUNCTION forget_address(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_address(bytea) TO login_app;

-- Rights ------------------------------------------------------------------------------------------

GRANT INSERT ON mail TO login_app;
GRANT SELECT, INSERT, DELETE ON password_reset TO login_app;
GRANT SELECT, INSERT, UPDATE ON known_device TO login_app;
GRANT SELECT, INSERT, DELETE ON pending_sign_up TO login_app;
GRANT SELECT, INSERT, UPDATE ON mail_request TO login_app;

-- The worker sends mails, and sweeps.
GRANT SELECT, UPDATE, DELETE ON mail TO login_worker;
GRANT SELECT, DELETE ON password_reset, known_device, pending_sign_up, mail_request TO login_worker;

DO $$
DECLARE
    name text;
    rule text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
    FOREACH name IN ARRAY ARRAY['mail', 'password_reset', 'known_device']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I TO login_owner USING (true) WITH CHECK (true)', name || '_owner', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO login_worker USING (true)', name || '_worker_select', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR DELETE TO login_worker USING (true)', name || '_worker_delete', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['password_reset', 'known_device']
    LOOP
        EXECUTE format('CREATE POLICY %I ON %I TO login_app USING (%s) WITH CHECK (%s)', name || '_tenant', name, rule, rule);
    END LOOP;
    EXECUTE format('CREATE POLICY mail_tenant ON mail FOR INSERT TO login_app WITH CHECK (tenant_id IS NULL OR %s)', rule);
    EXECUTE 'CREATE POLICY mail_worker_update ON mail FOR UPDATE TO login_worker USING (true) WITH CHECK (true)';
END
$$;
