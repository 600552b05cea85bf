-- Invitations end with the right of who made them, and with the person they are to. An older login goes on beside it.

-- Deletes every invitation of an address, of whichever tenant, and the open ones that a person made: that person was
-- erased. Says which tenants they were of.
CREATE FUNCTION forget_invitations(address text, inviter uuid) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
    AS 'WITH found AS MATERIALIZED (
            SELECT invitation_id FROM public.invitation
            WHERE email = address OR (invited_by = inviter AND accepted_at IS NULL) ORDER BY invitation_id FOR UPDATE
        ), gone AS (
            DELETE FROM public.invitation USING found WHERE invitation.invitation_id = found.invitation_id
            RETURNING invitation.tenant_id, invitation.token_hash
        ), unlisted AS (
            DELETE FROM public.token_directory USING gone WHERE token_directory.token_hash = gone.token_hash
        )
        SELECT DISTINCT tenant_id FROM gone';
REVOKE ALL ON FUNCTION forget_invitations(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_invitations(text, uuid) TO login_app;

CREATE INDEX invitation_email ON invitation (email);
CREATE INDEX invitation_invited_by ON invitation (tenant_id, invited_by) WHERE accepted_at IS NULL;

-- An audience says nothing of a company any more: the claim tenant_id does.
COMMENT ON TABLE resource_directory IS 'exempt from row-level security: only the release before this comment reads it; holds hashes and ids only';

COMMENT ON COLUMN pending_sign_up.sealed IS 'company, address and name; the password is chosen behind the link';
