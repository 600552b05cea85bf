# The product's own Postgres: private, encrypted, backed up. It has the data of this product only, and only its pods connect.

locals {
  database_port  = 5432
  database_owner = "${local.product}_owner"

  # No region has more zones.
  max_subnets     = 6
  subnets_by_id   = { for subnet in data.aws_subnet.database : subnet.id => subnet... }
  subnets         = [for id in distinct(var.subnet_ids) : local.subnets_by_id[id][0]]
  foreign_subnets = [for subnet in local.subnets : subnet.id if subnet.vpc_id != var.vpc_id]
}

# A plan must know `count`, but not the number of subnets that the same apply creates. So the number is fixed: `element`
# begins again at the first subnet, and some subnets are read twice.
data "aws_subnet" "database" {
  count = local.max_subnets
  id    = element(var.subnet_ids, count.index)
}

resource "aws_db_subnet_group" "product" {
  name        = local.name
  description = "Private subnets of ${local.name}"
  subnet_ids  = var.subnet_ids
  tags        = local.tags

  lifecycle {
    precondition {
      condition     = length(local.foreign_subnets) == 0
      error_message = "subnet_ids: not in ${var.vpc_id}, which vpc_id names: ${join(", ", local.foreign_subnets)}."
    }

    precondition {
      condition     = length(distinct(local.subnets[*].availability_zone)) >= 2
      error_message = "subnet_ids: all are in one zone; two are needed."
    }
  }
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Postgres of ${local.name}: inbound from the pods of the product, no outbound"
  vpc_id      = var.vpc_id
  tags        = merge(local.tags, { Name = "${local.name}-database" })
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "Postgres from the pods of the product"
  referenced_security_group_id = var.client_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = local.database_port
  to_port                      = local.database_port
  tags                         = local.tags
}

resource "aws_db_parameter_group" "product" {
  name_prefix = "${local.name}-"
  family      = "postgres${var.database.engine_version}"
  description = "Settings of ${local.name}"
  tags        = local.tags

  # The default value, with its default apply_method. With another apply_method every plan would show a change.
  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "max_connections"
    value        = tostring(var.database.max_connections)
    apply_method = "pending-reboot"
  }

  # Logs slow statements and lock waits, and ends sessions that are idle in a transaction.
  parameter {
    name  = "log_min_duration_statement"
    value = "500"
  }

  parameter {
    name  = "log_lock_waits"
    value = "1"
  }

  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "60000"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# A snapshot outlives the instance, so each instance has another name for its final snapshot. When the instance alone is
# replaced, replace this resource, too: `terraform apply -replace=ADDRESS -replace=ADDRESS`.
resource "terraform_data" "final_snapshot" {
  triggers_replace = [local.name, aws_kms_key.product.arn]
}

resource "aws_db_instance" "product" {
  #checkov:skip=CKV_AWS_161:the product connects with its own roles, which row-level security needs
  #checkov:skip=CKV_AWS_133:database.backup_retention_days is 14 by default and refused below 7; the scanner cannot read it
  #checkov:skip=CKV_AWS_157:database.multi_az is on by default; the scanner cannot read it
  #checkov:skip=CKV2_AWS_30:log_statement would write the passwords of CREATE ROLE into the log; slow statements are logged
  identifier     = local.name
  engine         = "postgres"
  engine_version = var.database.engine_version
  instance_class = var.database.instance_class
  db_name        = local.product
  port           = local.database_port
  tags           = local.tags

  # The owner role, which only `migrate` uses. RDS generates its password, stores it as a secret, and rotates it every week.
  username                      = local.database_owner
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.product.arn

  storage_type          = "gp3"
  allocated_storage     = var.database.storage_gib
  max_allocated_storage = var.database.max_storage_gib
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.product.arn

  db_subnet_group_name   = aws_db_subnet_group.product.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false
  multi_az               = var.database.multi_az
  parameter_group_name   = aws_db_parameter_group.product.name

  # RDS applies minor versions automatically. A major version changes only with `engine_version`, so it is reviewed.
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = true
  maintenance_window          = var.database.maintenance_window
  apply_immediately           = var.database.apply_immediately

  backup_retention_period   = var.database.backup_retention_days
  backup_window             = var.database.backup_window
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.protect_data
  deletion_protection       = var.protect_data
  skip_final_snapshot       = !var.protect_data
  final_snapshot_identifier = var.protect_data ? "${local.name}-final-${substr(terraform_data.final_snapshot.id, 0, 8)}" : null
  snapshot_identifier       = one(aws_db_snapshot_copy.restored[*].target_db_snapshot_identifier)

  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.product.arn
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.database_monitoring.arn

  lifecycle {
    # The snapshot is read when the instance is created. Otherwise, a later change of `restore` would replace the instance.
    ignore_changes = [snapshot_identifier]

    precondition {
      condition     = min(local.backup.length, local.maintenance.length) >= 30
      error_message = "database.backup_window, database.maintenance_window: at least 30 minutes each."
    }

    precondition {
      condition     = !local.windows_overlap
      error_message = "database.maintenance_window: ${var.database.maintenance_window} overlaps the daily database.backup_window ${var.database.backup_window}."
    }

    precondition {
      condition     = alltrue([for snapshot in aws_db_snapshot_copy.restored : snapshot.allocated_storage <= var.database.storage_gib])
      error_message = "database.storage_gib: at least the size of restore.snapshot: ${join("", aws_db_snapshot_copy.restored[*].allocated_storage)}."
    }

    precondition {
      condition     = alltrue([for snapshot in aws_db_snapshot_copy.restored : split(".", snapshot.engine_version)[0] == var.database.engine_version])
      error_message = "database.engine_version: first the version of restore.snapshot, ${join("", aws_db_snapshot_copy.restored[*].engine_version)}. Raise it when restore is no longer set."
    }

    postcondition {
      condition     = alltrue([for snapshot in aws_db_snapshot_copy.restored : self.snapshot_identifier == snapshot.target_db_snapshot_identifier])
      error_message = "restore: ${self.identifier} exists already. Only a new database begins with a snapshot."
    }
  }

  # Without these log groups, RDS would create them and retain logs without limit.
  depends_on = [aws_cloudwatch_log_group.product]
}
