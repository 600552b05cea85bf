# Tests the resources that the module creates from valid input, on a mocked provider.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "values_and_manifests_are_as_expected" {
  command = apply

  override_resource {
    target = terraform_data.created
    values = { id = "1a2b3c4d-0000-0000-0000-000000000000" }
  }

  assert {
    condition     = yamldecode(output.values_yaml) == yamldecode(file("tests/expected/values.yaml"))
    error_message = "values:\n${output.values_yaml}"
  }

  assert {
    condition     = [for text in split("---\n", output.secret_manifests_yaml) : yamldecode(text)] == [for text in split("---\n", file("tests/expected/manifests.yaml")) : yamldecode(text)]
    error_message = "manifests:\n${output.secret_manifests_yaml}"
  }

  assert {
    condition     = alltrue([for version in aws_secretsmanager_secret_version.product : version.secret_string == null && version.secret_string_wo == null])
    error_message = "A value of a secret is in the state."
  }
}

run "brokers_inside_the_cluster_are_left_to_the_chart" {
  command = apply

  variables {
    kafka_cidrs = []
  }

  assert {
    condition     = keys(output.values.networkPolicy) == ["database"]
    error_message = "values:\n${output.values_yaml}"
  }
}

run "only_its_service_account_may_take_the_role" {
  command = apply

  variables {
    cluster = {
      oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC"
      namespace         = "products"
    }
  }

  assert {
    condition = jsondecode(aws_iam_role.product.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com"
          "oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub" = "system:serviceaccount:products:login-secrets"
        }
      }
    }]
    error_message = "trust: ${aws_iam_role.product.assume_role_policy}"
  }
}

run "the_key_serves_the_account_its_logs_and_its_alarms" {
  command = apply

  assert {
    condition = { for statement in jsondecode(aws_kms_key.product.policy).Statement : statement.Sid => statement.Principal } == {
      AccountDecidesByIam = { AWS = "arn:aws:iam::123456789012:root" }
      LogsOfThisProduct   = { Service = "logs.eu-central-1.amazonaws.com" }
      AlarmsOfThisAccount = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
    }
    error_message = "policy: ${aws_kms_key.product.policy}"
  }

  assert {
    condition = one([for statement in jsondecode(aws_kms_key.product.policy).Statement : statement.Condition.ArnEquals if statement.Sid == "LogsOfThisProduct"]) == {
      "kms:EncryptionContext:aws:logs:arn" = [
        for log_group in ["/login/production", "/aws/rds/instance/login-production/postgresql", "/aws/rds/instance/login-production/upgrade"] :
        "arn:aws:logs:eu-central-1:123456789012:log-group:${log_group}"
      ]
    }
    error_message = "policy: ${aws_kms_key.product.policy}"
  }
}

run "the_database_is_private_encrypted_and_backed_up" {
  command = apply

  assert {
    condition = (
      !aws_db_instance.product.publicly_accessible && aws_db_instance.product.storage_encrypted
      && aws_db_instance.product.kms_key_id == aws_kms_key.product.arn && aws_db_instance.product.deletion_protection
      && !aws_db_instance.product.skip_final_snapshot && !aws_db_instance.product.delete_automated_backups
      && aws_db_instance.product.backup_retention_period == 14 && aws_db_instance.product.multi_az
      && aws_db_instance.product.manage_master_user_password && aws_db_instance.product.performance_insights_enabled
    )
    error_message = "The database is not as the README promises."
  }

  assert {
    condition     = { for setting in aws_db_parameter_group.product.parameter : setting.name => setting.value }["rds.force_ssl"] == "1" && aws_db_parameter_group.product.family == "postgres17"
    error_message = "The database accepts connections without TLS, or its parameter group is of another version."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.database.referenced_security_group_id == "sg-0a"
      && aws_vpc_security_group_ingress_rule.database.from_port == 5432 && aws_vpc_security_group_ingress_rule.database.to_port == 5432
      && aws_vpc_security_group_ingress_rule.database.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.database.cidr_ipv6 == null
    )
    error_message = "The database accepts connections from outside the given security group."
  }
}

run "an_older_postgres_has_settings_of_its_own_version" {
  command = apply

  variables {
    database = { engine_version = "15" }
  }

  assert {
    condition     = aws_db_parameter_group.product.family == "postgres15" && aws_db_instance.product.engine_version == "15"
    error_message = "family: ${aws_db_parameter_group.product.family}"
  }
}

run "a_throw_away_environment_leaves_nothing" {
  command = apply

  variables {
    protect_data = false
  }

  assert {
    condition = (
      !aws_db_instance.product.deletion_protection && aws_db_instance.product.skip_final_snapshot
      && aws_db_instance.product.delete_automated_backups && aws_ecr_repository.product.force_delete
      && alltrue([for secret in aws_secretsmanager_secret.product : secret.recovery_window_in_days == 0]) && output.final_snapshot == null
    )
    error_message = "A resource would stay after destroy, or would block it."
  }
}

run "images_never_change_and_are_scanned" {
  command = apply

  assert {
    condition = (
      aws_ecr_repository.product.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.product.image_scanning_configuration[0].scan_on_push
      && aws_ecr_repository.product.encryption_configuration[0].encryption_type == "KMS"
    )
    error_message = "The registry is not as the README promises."
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.product.policy).rules : rule.selection.tagStatus] == ["untagged"]
    error_message = "An image with a tag can expire, though an environment may run it: ${aws_ecr_lifecycle_policy.product.policy}"
  }
}

run "old_images_expire_only_by_an_explicit_number" {
  command = apply

  variables {
    kept_images = 30
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.product.policy).rules[1].selection.countNumber == 30
    error_message = "The registry does not keep kept_images images."
  }
}

run "alarms_follow_the_size_of_the_database" {
  command = apply

  variables {
    database = { storage_gib = 40, max_connections = 500 }
    alarms   = { free_storage_percent = 10, free_memory_mib = 64 }
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.database : name => alarm.threshold } == {
      cpu = 80, free-storage = 4294967296, connections = 400, memory = 67108864, disk-queue = 20, transaction-ids = 1000000000
    }
    error_message = "Thresholds do not follow the input."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.database : contains(alarm.alarm_actions, aws_sns_topic.alerts.arn)])
    error_message = "An alarm has no action."
  }

  assert {
    condition     = alltrue([for log_group in aws_cloudwatch_log_group.product : log_group.retention_in_days == 365 && log_group.kms_key_id == aws_kms_key.product.arn])
    error_message = "A log group has no retention, or is not encrypted."
  }
}

run "the_budget_counts_what_has_the_tag" {
  command = apply

  variables {
    tags = { "data-class" = "personal" }
  }

  assert {
    condition = (
      { for filter in aws_budgets_budget.product.cost_filter : filter.name => filter.values } == {
        TagKeyValue = tolist(["user:stack$login-production"]), Region = tolist(["eu-central-1"])
      }
      && aws_budgets_budget.product.limit_amount == "300.00"
    )
    error_message = "The budget does not filter by the tag and the region, or has another limit."
  }

  assert {
    condition     = toset([for notification in aws_budgets_budget.product.notification : "${notification.notification_type} ${notification.threshold}"]) == toset(["ACTUAL 80", "FORECASTED 100"])
    error_message = "The team is not notified at 80 % and on the forecast."
  }

  assert {
    condition = alltrue([
      for tags in concat(
        [aws_db_instance.product.tags, aws_ecr_repository.product.tags, aws_kms_key.product.tags, aws_sns_topic.alerts.tags, aws_iam_role.product.tags],
        [for secret in aws_secretsmanager_secret.product : secret.tags], [for log_group in aws_cloudwatch_log_group.product : log_group.tags],
        ) : tags == tomap({
          product = "login", team = "team-login", environment = "production", cost-center = "1001", stack = "login-production", data-class = "personal"
      })
    ])
    error_message = "A resource that costs money lacks a tag."
  }
}
