# Answers of AWS that a test reads, or whose format the provider checks.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_data "aws_region" {
  defaults = { name = "eu-central-1" }
}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/own", key_id = "own" }
}

mock_resource "aws_ecr_repository" {
  defaults = { repository_url = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/login-production" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:login-production-alerts" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/login-production" }
}

mock_resource "aws_db_snapshot_copy" {
  defaults = { allocated_storage = 20, engine_version = "17.5" }
}

mock_resource "aws_db_instance" {
  defaults = {
    address            = "login-production.abc.eu-central-1.rds.amazonaws.com"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!owner" }]
  }
}

override_data {
  target = data.aws_subnet.database[0]
  values = { vpc_id = "vpc-0a", availability_zone = "eu-central-1a", cidr_block = "10.1.1.0/24" }
}

override_data {
  target = data.aws_subnet.database[1]
  values = { vpc_id = "vpc-0a", availability_zone = "eu-central-1b", cidr_block = "10.1.2.0/24" }
}

override_resource {
  target = aws_secretsmanager_secret.product["DATABASE_APP_PASSWORD"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:DATABASE_APP_PASSWORD" }
}

override_resource {
  target = aws_secretsmanager_secret.product["DATABASE_WORKER_PASSWORD"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:DATABASE_WORKER_PASSWORD" }
}
