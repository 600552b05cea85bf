# Names that stay after a destroy, and names that an account has once in all regions.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "created" {
  command   = apply
  state_key = "first"
}

# Another state: the product was destroyed, and is created again.
run "what_stays_after_a_destroy_has_another_name_the_next_time" {
  command   = apply
  state_key = "second"

  assert {
    condition     = output.final_snapshot != run.created.final_snapshot && startswith(output.final_snapshot, "ad-production-final-")
    error_message = "final snapshot: ${output.final_snapshot}, before: ${run.created.final_snapshot}"
  }

  assert {
    condition = alltrue([
      for name, secret in aws_secretsmanager_secret.product :
      contains(local.shared_secrets, name) ? secret.name == "ad-production/${name}" && secret.recovery_window_in_days == 0
      : startswith(secret.name, "ad-production/${name}-") && secret.name != run.created.secret_names[name] && secret.recovery_window_in_days == 30
    ])
    error_message = "secrets: ${jsonencode([for secret in aws_secretsmanager_secret.product : secret.name])}, before: ${jsonencode(run.created.secret_names)}"
  }
}

run "names_stay_with_each_apply" {
  command   = apply
  state_key = "second"

  variables {
    kept_images = 30
  }

  assert {
    condition = (
      output.final_snapshot == run.what_stays_after_a_destroy_has_another_name_the_next_time.final_snapshot
      && output.secret_names == run.what_stays_after_a_destroy_has_another_name_the_next_time.secret_names
    )
    error_message = "A name has changed: ${output.final_snapshot}, ${jsonencode(output.secret_names)}"
  }
}

run "another_region_has_roles_and_a_budget_of_its_own" {
  command   = apply
  state_key = "other region"

  override_data {
    target = data.aws_region.current
    values = { name = "ap-southeast-1" }
  }

  assert {
    condition = [aws_iam_role.product.name, aws_iam_role.database_monitoring.name, aws_budgets_budget.product.name] == [
      "ad-production-ap-southeast-1", "ad-production-database-monitoring-ap-southeast-1", "ad-production-ap-southeast-1"
    ]
    error_message = "roles: ${aws_iam_role.product.name}, ${aws_iam_role.database_monitoring.name}, budget: ${aws_budgets_budget.product.name}"
  }

  assert {
    condition     = { for filter in aws_budgets_budget.product.cost_filter : filter.name => filter.values }["Region"] == tolist(["ap-southeast-1"])
    error_message = "The budget counts the costs of other regions."
  }
}

run "the_longest_names" {
  command   = apply
  state_key = "longest"

  variables {
    environment = "a-longest-environmen"
  }

  override_data {
    target = data.aws_region.current
    values = { name = "ap-southeast-1" }
  }

  assert {
    condition     = length(aws_iam_role.database_monitoring.name) <= 64
    error_message = "IAM allows 64 characters: ${aws_iam_role.database_monitoring.name}"
  }
}
