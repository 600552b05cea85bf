# One environment of login: module, values file, chart. Run `terraform init -backend-config=…`, `terraform apply`, then
#
#   kubectl create namespace login
#   terraform output -raw secret_manifests_yaml | kubectl apply -f -
#   terraform output -raw values_yaml > values.yaml
#   helm upgrade --install login ../../../chart --namespace login --values values.yaml \
#     --set image.tag=… --set kafka.topicReplication=3 --set publicUrl=https://login.example.com

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # The key of the state is given to `terraform init`: each region and each environment has its own.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
}

# Generated at each run. The module writes a value only when it creates a secret or its `secret_versions` number is raised.
ephemeral "aws_secretsmanager_random_password" "value" {
  for_each = toset(["LOGIN_KEY_SECRET", "DATABASE_APP_PASSWORD", "DATABASE_WORKER_PASSWORD"])

  password_length     = 48
  exclude_punctuation = true
}

module "login" {
  source = "../.."

  environment              = "production"
  vpc_id                   = var.vpc_id
  subnet_ids               = var.subnet_ids
  client_security_group_id = var.client_security_group_id
  cluster                  = { oidc_provider_arn = var.oidc_provider_arn }
  kafka_brokers            = var.kafka_brokers
  kafka_cidrs              = var.kafka_cidrs

  secrets = {
    # 32 bytes in base64url.
    LOGIN_KEY_SECRET         = replace(replace(base64sha256(ephemeral.aws_secretsmanager_random_password.value["LOGIN_KEY_SECRET"].random_password), "+", "-"), "/", "_")
    LOGIN_MAIL               = var.mail_server
    DATABASE_APP_PASSWORD    = ephemeral.aws_secretsmanager_random_password.value["DATABASE_APP_PASSWORD"].random_password
    DATABASE_WORKER_PASSWORD = ephemeral.aws_secretsmanager_random_password.value["DATABASE_WORKER_PASSWORD"].random_password
  }

  clients = [{
    client_id                 = "mypage"
    client_name               = "mypage"
    client_secret_name        = "mypage-production/MYPAGE_CLIENT_SECRET"
    grant_types               = ["authorization_code", "refresh_token", "client_credentials"]
    redirect_uris             = ["https://my.example.com/auth/callback"]
    post_logout_redirect_uris = ["https://my.example.com/"]
    # The scope `internal` allows a product to call other products for any tenant, without a person's token.
    scope = "openid profile email offline_access api internal"
    }, {
    client_id                 = "ad"
    client_name               = "ad"
    client_secret_name        = "ad-production/AD_CLIENT_SECRET"
    grant_types               = ["authorization_code"]
    redirect_uris             = ["https://ads.example.com/auth/callback"]
    post_logout_redirect_uris = ["https://ads.example.com/"]
    scope                     = "openid profile email"
  }]

  alert_emails       = ["team-login@example.com"]
  monthly_budget_usd = 300
  cost_center        = "1001"
}
