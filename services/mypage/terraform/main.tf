# Names, tags and the KMS key, which all other files use.

locals {
  product = "mypage"
  team    = "team-mypage"
  name    = "${local.product}-${var.environment}"

  # For cost allocation, activate these tag keys once in the billing console.
  tags = merge(var.tags, {
    product     = local.product
    team        = local.team
    environment = var.environment
    cost-center = var.cost_center
    # Product and environment in one tag, because a budget joins the filters of two tags by "or".
    stack = local.name
  })

  unique    = substr(terraform_data.created.id, 0, 8)
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
}

# A deleted secret keeps its name for 30 days. This part of its name is new each time the product is created, so that the
# product can be created again after a destroy.
resource "terraform_data" "created" {
  triggers_replace = local.name
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

# One key encrypts all data of the product: database, secrets, images, logs, alarms.
resource "aws_kms_key" "product" {
  description             = "${local.name}: database, secrets, images, logs, alarms"
  enable_key_rotation     = true
  deletion_window_in_days = var.protect_data ? 30 : 7
  policy                  = jsonencode(local.key_policy)
  tags                    = local.tags
}

resource "aws_kms_alias" "product" {
  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.product.key_id
}

locals {
  key_policy = {
    Version = "2012-10-17"
    Statement = concat(local.product_key_statements, [
      {
        Sid       = "AccountDecidesByIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "LogsOfThisProduct"
        Effect    = "Allow"
        Principal = { Service = "logs.${local.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = {
          ArnEquals = {
            "kms:EncryptionContext:aws:logs:arn" = [
              for log_group in values(local.log_groups) :
              "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${log_group}"
            ]
          }
        }
      },
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ])
  }
}
