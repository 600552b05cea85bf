-- A tombstone under a wrong tenant does not keep out the one under the person's own tenant. Replicas of the version before
-- insert with ON CONFLICT DO NOTHING, for any key. The table has the erasures of two days, so the new key is built at once.
ALTER TABLE erased_viewer
    DROP CONSTRAINT erased_viewer_pkey,
    ADD CONSTRAINT erased_viewer_pkey PRIMARY KEY (user_id, tenant_id);
