# A caller that creates the network in the same apply: at the first plan, not even the number of subnets is known.

variable "cluster" { type = any }

variable "secrets" {
  type      = any
  ephemeral = true
  sensitive = true
}

resource "aws_vpc" "test" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "test" {
  for_each = { "eu-central-1a" = "10.1.1.0/24", "eu-central-1b" = "10.1.2.0/24" }

  vpc_id            = aws_vpc.test.id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_security_group" "pods" {
  vpc_id = aws_vpc.test.id
}

# In place of login's role, which reads the client's secret.
resource "aws_iam_role" "login" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

module "product" {
  source = "../.."

  environment              = "test"
  vpc_id                   = aws_vpc.test.id
  subnet_ids               = compact([for subnet in aws_subnet.test : subnet.id])
  client_security_group_id = aws_security_group.pods.id
  cluster                  = var.cluster
  kafka_brokers            = ["kafka-0.internal:9092"]
  alert_emails             = ["team-ad@example.com"]
  monthly_budget_usd       = 300
  cost_center              = "1001"
  client_secret_readers    = compact([aws_iam_role.login.arn])
  secrets                  = var.secrets
}
