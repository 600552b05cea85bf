-- A request for a mail that cannot be handled is tried again later, a few times, and delays no other one. Only adds: an older
-- login goes on beside it, and tries such a request at once and without end.

ALTER TABLE mail_request ADD COLUMN tries integer NOT NULL DEFAULT 0, ADD COLUMN next_try_at timestamptz;
COMMENT ON COLUMN mail_request.tries IS 'attempts that failed; after the last one, an operator can start them again';
COMMENT ON COLUMN mail_request.next_try_at IS 'null: at once';

GRANT UPDATE (tries, next_try_at) ON mail_request TO login_worker;
