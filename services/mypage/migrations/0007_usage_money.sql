-- Metrics of money: their quantity is in micros of a currency. Records of the version before count, and have none.
ALTER TABLE usage_record ADD COLUMN currency_code text;
CREATE INDEX usage_record_statement ON usage_record (tenant_id, period_start) INCLUDE (metric, quantity, currency_code);
DROP INDEX usage_record_month;
