# Log groups and alarms of the database. The chart has the alerts on effects for users.

locals {
  log_groups = {
    pods       = "/${local.product}/${var.environment}"
    postgresql = "/aws/rds/instance/${local.name}/postgresql"
    upgrade    = "/aws/rds/instance/${local.name}/upgrade"
  }

  mib = 1024 * 1024

  # There is no read replica, so no alarm on replication lag.
  alarms = {
    cpu = {
      metric    = "CPUUtilization"
      what      = "CPU above ${var.alarms.cpu_percent} % for 15 minutes, or no data from the instance"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.cpu_percent
    }
    free-storage = {
      metric    = "FreeStorageSpace"
      what      = "Less than ${var.alarms.free_storage_percent} % of ${var.database.storage_gib} GiB free: storage grows up to ${var.database.max_storage_gib} GiB, then it is full"
      operator  = "LessThanThreshold"
      threshold = floor(var.database.storage_gib * 1024 * local.mib * var.alarms.free_storage_percent / 100)
    }
    connections = {
      metric    = "DatabaseConnections"
      what      = "More than ${var.alarms.connections_percent} % of ${var.database.max_connections} connections in use"
      operator  = "GreaterThanThreshold"
      threshold = floor(var.database.max_connections * var.alarms.connections_percent / 100)
    }
    memory = {
      metric    = "FreeableMemory"
      what      = "Less than ${var.alarms.free_memory_mib} MiB of memory free"
      operator  = "LessThanThreshold"
      threshold = var.alarms.free_memory_mib * local.mib
    }
    disk-queue = {
      metric    = "DiskQueueDepth"
      what      = "More than 20 disk requests waiting for 15 minutes"
      operator  = "GreaterThanThreshold"
      threshold = 20
    }
    transaction-ids = {
      metric    = "MaximumUsedTransactionIDs"
      what      = "Vacuum falls behind: Postgres stops writing at about 2 billion used transaction ids"
      operator  = "GreaterThanThreshold"
      threshold = 1000000000
    }
  }
}

resource "aws_cloudwatch_log_group" "product" {
  for_each = local.log_groups

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.product.arn
  tags              = local.tags
}

resource "aws_sns_topic" "alerts" {
  name              = "${local.name}-alerts"
  kms_master_key_id = aws_kms_key.product.id
  tags              = local.tags
}

resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsAndBudgetOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alerts.arn
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

# Each address must confirm the subscription once, by the link in the e-mail from AWS.
resource "aws_sns_topic_subscription" "alerts" {
  for_each = var.alert_emails

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = local.alarms

  alarm_name          = "${local.name}-database-${each.key}"
  alarm_description   = "${each.value.what}. Owner: ${local.team}."
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = aws_db_instance.product.identifier }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  # An instance that is down sends no data: only the CPU alarm treats that as a breach.
  treat_missing_data = each.key == "cpu" ? "breaching" : "missing"
  alarm_actions      = [aws_sns_topic.alerts.arn]
  ok_actions         = [aws_sns_topic.alerts.arn]
  tags               = local.tags
}
