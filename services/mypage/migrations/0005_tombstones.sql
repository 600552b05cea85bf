-- A tombstone deletes what is stored of a tenant or a campaign. Only adds a right.
GRANT DELETE ON tenant, campaign TO mypage_app;
