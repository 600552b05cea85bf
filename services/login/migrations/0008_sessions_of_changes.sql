-- The session in which an invitation, a client or a secret was made: a new password undoes what a thief's session left
-- behind. Only adds: an older login goes on beside it and names no session. Where it renews a secret, the new one keeps
-- the session of the earlier one; so during the rollout a new password can revoke one secret too many, or miss one.

ALTER TABLE invitation ADD COLUMN session_id uuid;
COMMENT ON COLUMN invitation.session_id IS 'session of the inviter; it may be deleted. Null: made by an older login';

ALTER TABLE client
    ADD COLUMN changed_session_id uuid,
    ADD COLUMN secret_session_id uuid,
    ADD COLUMN previous_secret_session_id uuid;
COMMENT ON COLUMN client.changed_session_id IS 'session in which it was registered or last changed; it may be deleted. Null: by an older login';
COMMENT ON COLUMN client.secret_session_id IS 'session in which the secret was made';
COMMENT ON COLUMN client.previous_secret_session_id IS 'session in which the previous secret was made';
