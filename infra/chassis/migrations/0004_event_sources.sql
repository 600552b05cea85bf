-- The source of an event is part of its identity. Replicas of an older version store none. So the key stays, and of two
-- sources with the same id, the second one has its source in the column consumer.
ALTER TABLE inbox ADD COLUMN source text;
COMMENT ON COLUMN inbox.source IS 'ce_source; null in rows of an older version';
