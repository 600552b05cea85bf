# Applies the module to a fake AWS. `infra/terraform/test --apply` runs it. It creates a network and a cluster for the test.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "endpoint" {
  description = "URL of the fake AWS, such as http://127.0.0.1:5000."
  type        = string
}

variable "region" {
  description = "Region of the test. Each region has its own state, in the same account."
  type        = string
  default     = "eu-central-1"
}

variable "protect_data" {
  description = "Input of the module."
  type        = bool
  default     = true
}

variable "restore" {
  description = "Input of the module."
  type        = object({ snapshot = string })
  default     = null
}

variable "round" {
  description = "A new number changes a resource that the module waits for."
  type        = number
  default     = 1
}

provider "aws" {
  region                      = var.region
  access_key                  = "fake"
  secret_key                  = "fake"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  # A call that the fake does not support should fail soon.
  max_retries = 2

  endpoints {
    budgets        = var.endpoint
    cloudwatch     = var.endpoint
    ec2            = var.endpoint
    ecr            = var.endpoint
    iam            = var.endpoint
    kms            = var.endpoint
    logs           = var.endpoint
    rds            = var.endpoint
    secretsmanager = var.endpoint
    sns            = var.endpoint
    sts            = var.endpoint
  }
}

resource "aws_vpc" "test" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "test" {
  for_each = { a = "10.1.1.0/24", b = "10.1.2.0/24" }

  vpc_id            = aws_vpc.test.id
  availability_zone = "${var.region}${each.key}"
  cidr_block        = each.value
}

resource "aws_security_group" "pods" {
  name        = "pods"
  description = "The cluster's pods"
  vpc_id      = aws_vpc.test.id
}

resource "aws_iam_openid_connect_provider" "cluster" {
  url             = "https://oidc.eks.${var.region}.amazonaws.com/id/ABC"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["0000000000000000000000000000000000000000"]
}

# In place of login's role, which reads the client's secret.
resource "aws_iam_role" "login" {
  name               = "login-test-${var.region}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "terraform_data" "before" {
  input = var.round
}

ephemeral "aws_secretsmanager_random_password" "value" {
  for_each = toset(["AD_CLIENT_SECRET", "AD_LINK_SECRET", "AD_SESSION_SECRET", "DATABASE_APP_PASSWORD", "DATABASE_WORKER_PASSWORD"])

  password_length     = 48
  exclude_punctuation = true
}

# `compact`: at the first plan, not even the number of subnets is known.
module "ad" {
  source = "../.."

  environment              = "test"
  vpc_id                   = aws_vpc.test.id
  subnet_ids               = compact([for subnet in aws_subnet.test : subnet.id])
  client_security_group_id = aws_security_group.pods.id
  cluster                  = { oidc_provider_arn = aws_iam_openid_connect_provider.cluster.arn }
  kafka_brokers            = ["kafka-0.internal:9092", "kafka-1.internal:9092"]
  kafka_cidrs              = ["10.1.3.0/24"]
  protect_data             = var.protect_data
  restore                  = var.restore

  secrets = {
    AD_LINK_SECRET           = replace(replace(base64sha256(ephemeral.aws_secretsmanager_random_password.value["AD_LINK_SECRET"].random_password), "+", "-"), "/", "_")
    AD_SESSION_SECRET        = replace(replace(base64sha256(ephemeral.aws_secretsmanager_random_password.value["AD_SESSION_SECRET"].random_password), "+", "-"), "/", "_")
    AD_CLIENT_SECRET         = ephemeral.aws_secretsmanager_random_password.value["AD_CLIENT_SECRET"].random_password
    DATABASE_APP_PASSWORD    = ephemeral.aws_secretsmanager_random_password.value["DATABASE_APP_PASSWORD"].random_password
    DATABASE_WORKER_PASSWORD = ephemeral.aws_secretsmanager_random_password.value["DATABASE_WORKER_PASSWORD"].random_password
  }

  client_secret_readers = compact([aws_iam_role.login.arn])

  alert_emails       = ["team-ad@example.com"]
  monthly_budget_usd = 300
  cost_center        = "1001"

  # When the resource changes, the plan does not know what data sources in the module will read.
  depends_on = [terraform_data.before]
}

output "values_yaml" {
  value = module.ad.values_yaml
}

output "secret_manifests_yaml" {
  value = module.ad.secret_manifests_yaml
}

output "final_snapshot" {
  value = module.ad.final_snapshot
}

# Input of the example.
output "example" {
  value = {
    vpc_id                   = aws_vpc.test.id
    subnet_ids               = [for subnet in aws_subnet.test : subnet.id]
    client_security_group_id = aws_security_group.pods.id
    oidc_provider_arn        = aws_iam_openid_connect_provider.cluster.arn
    kafka_brokers            = ["kafka-0.internal:9092"]
    client_secret_readers    = [aws_iam_role.login.arn]
  }
}
