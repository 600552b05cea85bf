-- Reports of a campaign count its impressions and sum its credits by time.
CREATE INDEX usage_unit_impressions ON usage_unit (campaign_id, occurred_at) WHERE kind = 'impression';
CREATE INDEX credit_campaign ON credit (campaign_id, occurred_at);
