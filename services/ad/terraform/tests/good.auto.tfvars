# Valid input. Each test changes one value of it.

environment              = "production"
vpc_id                   = "vpc-0a"
subnet_ids               = ["subnet-0a", "subnet-0b"]
client_security_group_id = "sg-0a"
cluster                  = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC" }
kafka_brokers            = ["kafka-0.internal:9092", "kafka-1.internal:9092"]
kafka_cidrs              = ["10.1.3.0/24"]
alert_emails             = ["team-ad@example.com"]
monthly_budget_usd       = 300
cost_center              = "1001"
secrets = {
  AD_CLIENT_SECRET         = "made-up-for-tests-as-a-client"
  AD_LINK_SECRET           = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  AD_SESSION_SECRET        = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  DATABASE_APP_PASSWORD    = "made-up-for-tests-app-role"
  DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role"
}
