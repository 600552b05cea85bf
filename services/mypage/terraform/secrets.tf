# The product's secrets in Secrets Manager. Their values are write-only: the state has only their names.
#
# A secret that another product reads has a fixed name, because that product's configuration has it. So that the name is free
# after a destroy, the secret is deleted at once. A new value can replace it: both products read it here.

locals {
  # Passwords of the roles that pods use. RDS generates and rotates the password of the owner role.
  database_secrets = ["DATABASE_APP_PASSWORD", "DATABASE_WORKER_PASSWORD"]

  secret_names = sort(concat(local.product_secrets, local.database_secrets))
  owner_secret = aws_db_instance.product.master_user_secret[0].secret_arn
}

resource "aws_secretsmanager_secret" "product" {
  #checkov:skip=CKV2_AWS_57:a new value has to reach Postgres or sealed rows in the same step; the README has the steps
  for_each = toset(local.secret_names)

  name                    = contains(local.shared_secrets, each.key) ? "${local.name}/${each.key}" : "${local.name}/${each.key}-${local.unique}"
  description             = "${each.key} of ${local.name}"
  kms_key_id              = aws_kms_key.product.arn
  recovery_window_in_days = var.protect_data && !contains(local.shared_secrets, each.key) ? 30 : 0
  tags                    = local.tags

  lifecycle {
    # Secrets that were created with an older form of the name keep it, and with it their value.
    ignore_changes       = [name]
    replace_triggered_by = [terraform_data.created]
  }
}

resource "aws_secretsmanager_secret_version" "product" {
  for_each = aws_secretsmanager_secret.product

  secret_id                = each.value.id
  secret_string_wo         = var.secrets[each.key]
  secret_string_wo_version = lookup(var.secret_versions, each.key, 1)
}
