# One environment of ad: module, values file, chart. Run `terraform init -backend-config=…`, `terraform apply`, then
#
#   kubectl create namespace ad
#   terraform output -raw secret_manifests_yaml | kubectl apply -f -
#   terraform output -raw values_yaml > values.yaml
#   helm upgrade --install ad ../../../chart --namespace ad --values values.yaml \
#     --set image.tag=… --set kafka.topicReplication=3 \
#     --set publicUrl=https://ads.example.com --set login.publicUrl=https://login.example.com

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
  for_each = toset(["AD_CLIENT_SECRET", "AD_LINK_SECRET", "AD_SESSION_SECRET", "DATABASE_APP_PASSWORD", "DATABASE_WORKER_PASSWORD"])

  password_length     = 48
  exclude_punctuation = true
}

module "ad" {
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
    AD_LINK_SECRET           = replace(replace(base64sha256(ephemeral.aws_secretsmanager_random_password.value["AD_LINK_SECRET"].random_password), "+", "-"), "/", "_")
    AD_SESSION_SECRET        = replace(replace(base64sha256(ephemeral.aws_secretsmanager_random_password.value["AD_SESSION_SECRET"].random_password), "+", "-"), "/", "_")
    AD_CLIENT_SECRET         = ephemeral.aws_secretsmanager_random_password.value["AD_CLIENT_SECRET"].random_password
    DATABASE_APP_PASSWORD    = ephemeral.aws_secretsmanager_random_password.value["DATABASE_APP_PASSWORD"].random_password
    DATABASE_WORKER_PASSWORD = ephemeral.aws_secretsmanager_random_password.value["DATABASE_WORKER_PASSWORD"].random_password
  }

  # The role of login, which must exist already.
  client_secret_readers = var.client_secret_readers

  alert_emails       = ["team-ad@example.com"]
  monthly_budget_usd = 300
  cost_center        = "1001"
}
