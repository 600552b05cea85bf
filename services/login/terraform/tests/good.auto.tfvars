# Valid input. Each test changes one value of it.

environment              = "production"
vpc_id                   = "vpc-0a"
subnet_ids               = ["subnet-0a", "subnet-0b"]
client_security_group_id = "sg-0a"
cluster                  = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC" }
kafka_brokers            = ["kafka-0.internal:9092", "kafka-1.internal:9092"]
kafka_cidrs              = ["10.1.3.0/24"]
alert_emails             = ["team-login@example.com"]
monthly_budget_usd       = 300
cost_center              = "1001"
secrets = {
  LOGIN_KEY_SECRET         = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  LOGIN_MAIL               = "smtps://login:made-up-for-tests@mail.example.com:465"
  DATABASE_APP_PASSWORD    = "made-up-for-tests-app-role"
  DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role"
}
clients = [
  {
    client_id                 = "mypage"
    client_name               = "mypage"
    client_secret_name        = "mypage-production/MYPAGE_CLIENT_SECRET"
    grant_types               = ["authorization_code", "refresh_token", "client_credentials"]
    redirect_uris             = ["https://my.example.com/auth/callback"]
    post_logout_redirect_uris = ["https://my.example.com/"]
    scope                     = "openid profile email offline_access api internal"
  },
  { client_id = "app", client_name = "App", grant_types = ["authorization_code"], redirect_uris = ["https://app.example.com/in"] },
]
