# The product's role in AWS. It may read the product's secrets and nothing else. No pod uses its service account:
# pods read the Kubernetes Secret, and only `migrate` gets the owner's password.

locals {
  service_account = "${local.product}-secrets"
  oidc_issuer     = split(":oidc-provider/", var.cluster.oidc_provider_arn)[1]
}

resource "aws_iam_role" "product" {
  # An account has the same roles in all regions.
  name        = "${local.name}-${local.region}"
  description = "Service account ${var.cluster.namespace}/${local.service_account} of ${local.name}"
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = var.cluster.oidc_provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.oidc_issuer}:aud" = "sts.amazonaws.com"
          "${local.oidc_issuer}:sub" = "system:serviceaccount:${var.cluster.namespace}:${local.service_account}"
        }
      }
    }]
  })

  lifecycle {
    # A role that was created with an older form of the name keeps it: its ARN is in the cluster.
    ignore_changes       = [name]
    replace_triggered_by = [terraform_data.created]
  }
}

resource "aws_iam_role_policy" "product" {
  name = "own-secrets"
  role = aws_iam_role.product.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadOwnSecrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = concat([for name in local.secret_names : aws_secretsmanager_secret.product[name].arn], [local.owner_secret])
      },
      {
        Sid       = "OpenThemWithOwnKey"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = aws_kms_key.product.arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
      },
    ]
  })
}

# RDS writes the operating system metrics of the instance with this role.
resource "aws_iam_role" "database_monitoring" {
  name        = "${local.name}-database-monitoring-${local.region}"
  description = "Enhanced monitoring of the Postgres of ${local.name}"
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })

  lifecycle {
    ignore_changes       = [name]
    replace_triggered_by = [terraform_data.created]
  }
}

resource "aws_iam_role_policy_attachment" "database_monitoring" {
  role       = aws_iam_role.database_monitoring.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"

  lifecycle {
    # The partition is unknown in a plan when the whole module waits for another resource (depends_on). The attachment would
    # then be replaced, and the database would have no metrics in between.
    ignore_changes = [policy_arn]
  }
}
