-- The worker compares spending with the budgets that allowed it, lowered ones included.
CREATE POLICY lowered_budget_worker ON lowered_budget FOR SELECT TO ad_worker USING (true);
GRANT SELECT ON lowered_budget TO ad_worker;
