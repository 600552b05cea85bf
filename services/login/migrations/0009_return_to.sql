-- The way back to a client survives a forgotten password. Only adds: an older login goes on beside it, and forgets the way.

ALTER TABLE mail_request ADD COLUMN return_to bytea;
COMMENT ON COLUMN mail_request.return_to IS 'the authorization request to return to, sealed with LOGIN_KEY_SECRET; null without one';

ALTER TABLE password_reset ADD COLUMN return_to bytea;
COMMENT ON COLUMN password_reset.return_to IS 'as of the mail_request';

COMMENT ON TABLE mail_request IS 'exempt from row-level security: unknown addresses are asked for as known ones are; holds hashes and what is sealed';
