# The monthly budget of all resources in this region with the product's tag `stack`.

resource "aws_budgets_budget" "product" {
  # An account has the same budgets in all regions.
  name         = "${local.name}-${local.region}"
  budget_type  = "COST"
  limit_amount = format("%.2f", var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  tags         = local.tags

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:stack$%s", local.name)]
  }

  cost_filter {
    name   = "Region"
    values = [local.region]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alerts.arn]
    }
  }

  lifecycle {
    # A budget that was created with an older form of the name keeps it.
    ignore_changes       = [name]
    replace_triggered_by = [terraform_data.created]
  }

  depends_on = [aws_sns_topic_policy.alerts]
}
