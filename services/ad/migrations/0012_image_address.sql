-- The index needs the size of an image. An image that is uploaded or chosen again counts as new.
CREATE POLICY image_worker ON image FOR SELECT TO ad_worker USING (true);
GRANT SELECT (tenant_id, image_sha256, width, height) ON image TO ad_worker;
GRANT UPDATE (created_at) ON image TO ad_app;
CREATE INDEX creative_image ON creative (tenant_id, image_sha256) WHERE image_sha256 IS NOT NULL;
