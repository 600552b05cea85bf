-- The id of an event or a usage record is unique for its source only. Only adds: replicas of an older version store no source,
-- and find the rows of this version by their ids. The first row with an id keeps it; that of another source or tenant gets an
-- id derived from the three.
ALTER TABLE activity ADD COLUMN source text;
COMMENT ON COLUMN activity.activity_id IS 'id of the event, or derived from it where another source''s event has the same one';
COMMENT ON COLUMN activity.source IS 'ce_source of the event; null in rows of an older version: the product of the kind';

ALTER TABLE usage_record ADD COLUMN source text;
COMMENT ON COLUMN usage_record.usage_id IS 'usage_id of the record, or derived from it where another source''s or tenant''s record has the same one';
COMMENT ON COLUMN usage_record.source IS 'ce_source of the event; null in rows of an older version: the product of the metric';
