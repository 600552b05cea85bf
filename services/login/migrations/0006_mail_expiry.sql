-- When a mail is of no use any more, and mails that their address does not take. The binary before this one goes on working:
-- it gives no expiry, and refuses nothing.

ALTER TABLE mail ADD COLUMN expires_at timestamptz;
COMMENT ON COLUMN mail.expires_at IS 'when the link in it is dead; null where it has none';

ALTER TABLE mail DROP CONSTRAINT mail_state_check;
ALTER TABLE mail ADD CONSTRAINT mail_state_check CHECK (state IN ('queued', 'sent', 'refused', 'failed'));
COMMENT ON COLUMN mail.state IS 'refused: nobody gets mail at that address; failed: given up for another reason, and can be queued again';

ALTER TABLE mail DROP CONSTRAINT mail_check;
ALTER TABLE mail ADD CONSTRAINT mail_sealed_check CHECK (state IN ('sent', 'refused') OR sealed IS NOT NULL);
