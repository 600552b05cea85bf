-- A client's own tokens end with its secret. Only adds: an older login goes on beside it, and does not set the time where
-- it renews a secret.

ALTER TABLE client ADD COLUMN secrets_valid_from timestamptz;
COMMENT ON COLUMN client.secrets_valid_from IS 'when a secret was last revoked: the client''s own tokens from before are refused. Null: never';
