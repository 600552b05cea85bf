# What the module refuses, and whose fault it names.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "an_environment_in_capitals" {
  command = plan

  variables {
    environment = "Production"
  }

  expect_failures = [var.environment]
}

run "an_environment_too_long_for_names" {
  command = plan

  variables {
    environment = "production-of-the-north"
  }

  expect_failures = [var.environment]
}

run "a_network_that_is_none" {
  command = plan

  variables {
    vpc_id = "main"
  }

  expect_failures = [var.vpc_id]
}

run "one_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a", "subnet-0a"]
  }

  expect_failures = [var.subnet_ids]
}

run "subnets_by_name" {
  command = plan

  variables {
    subnet_ids = ["private-a", "private-b"]
  }

  expect_failures = [var.subnet_ids]
}

run "the_whole_world_as_client" {
  command = plan

  variables {
    client_security_group_id = "0.0.0.0/0"
  }

  expect_failures = [var.client_security_group_id]
}

run "an_issuer_in_place_of_its_arn" {
  command = plan

  variables {
    cluster = { oidc_provider_arn = "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC" }
  }

  expect_failures = [var.cluster]
}

run "any_service_account" {
  command = plan

  variables {
    cluster = { oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC", namespace = "*" }
  }

  expect_failures = [var.cluster]
}

run "no_broker" {
  command = plan

  variables {
    kafka_brokers = []
  }

  expect_failures = [var.kafka_brokers]
}

run "a_broker_without_port" {
  command = plan

  variables {
    kafka_brokers = ["kafka.internal"]
  }

  expect_failures = [var.kafka_brokers]
}

run "the_whole_world_for_brokers" {
  command = plan

  variables {
    kafka_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.kafka_cidrs]
}

run "a_broker_in_place_of_its_network" {
  command = plan

  variables {
    kafka_cidrs = ["kafka.internal"]
  }

  expect_failures = [var.kafka_cidrs]
}

run "an_old_postgres" {
  command = plan

  variables {
    database = { engine_version = "14" }
  }

  expect_failures = [var.database]
}

run "a_minor_version_that_would_be_taken_back" {
  command = plan

  variables {
    database = { engine_version = "17.5" }
  }

  expect_failures = [var.database]
}

run "a_disk_too_small" {
  command = plan

  variables {
    database = { storage_gib = 5 }
  }

  expect_failures = [var.database]
}

run "a_disk_that_can_not_grow" {
  command = plan

  variables {
    database = { storage_gib = 100, max_storage_gib = 100 }
  }

  expect_failures = [var.database]
}

run "too_few_connections" {
  command = plan

  variables {
    database = { max_connections = 10 }
  }

  expect_failures = [var.database]
}

run "half_a_connection" {
  command = plan

  variables {
    database = { max_connections = 100.5 }
  }

  expect_failures = [var.database]
}

run "no_backup" {
  command = plan

  variables {
    database = { backup_retention_days = 0 }
  }

  expect_failures = [var.database]
}

run "a_backup_window_without_end" {
  command = plan

  variables {
    database = { backup_window = "01:00" }
  }

  expect_failures = [var.database]
}

run "a_key_too_short" {
  command = plan

  variables {
    secrets = { LOGIN_KEY_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", LOGIN_MAIL = "smtps://mail.example.com", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role" }
  }

  expect_failures = [var.secrets]
}

run "a_key_that_is_not_base64url" {
  command = plan

  variables {
    secrets = { LOGIN_KEY_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+", LOGIN_MAIL = "smtps://mail.example.com", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role" }
  }

  expect_failures = [var.secrets]
}

run "a_mail_server_without_tls" {
  command = plan

  variables {
    secrets = { LOGIN_KEY_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", LOGIN_MAIL = "smtp://login:made-up-for-tests@mail.example.com:25", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role" }
  }

  expect_failures = [var.secrets]
}

run "a_password_that_breaks_its_url" {
  command = plan

  variables {
    secrets = { LOGIN_KEY_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", LOGIN_MAIL = "smtps://mail.example.com", DATABASE_APP_PASSWORD = "made/up@for:tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role" }
  }

  expect_failures = [var.secrets]
}

run "a_secret_that_is_not_its_own" {
  command = plan

  variables {
    secret_versions = { AD_LINK_SECRET = 2 }
  }

  expect_failures = [var.secret_versions]
}

run "no_way_back" {
  command = plan

  variables {
    kept_images = 1
  }

  expect_failures = [var.kept_images]
}

run "a_retention_that_cloudwatch_lacks" {
  command = plan

  variables {
    log_retention_days = 100
  }

  expect_failures = [var.log_retention_days]
}

run "alarms_that_nobody_gets" {
  command = plan

  variables {
    alert_emails = []
  }

  expect_failures = [var.alert_emails]
}

run "an_alarm_that_never_comes" {
  command = plan

  variables {
    alarms = { cpu_percent = 120 }
  }

  expect_failures = [var.alarms]
}

run "an_alarm_at_no_memory" {
  command = plan

  variables {
    alarms = { free_memory_mib = 0 }
  }

  expect_failures = [var.alarms]
}

run "no_budget" {
  command = plan

  variables {
    monthly_budget_usd = 0
  }

  expect_failures = [var.monthly_budget_usd]
}

run "nobody_who_pays" {
  command = plan

  variables {
    cost_center = ""
  }

  expect_failures = [var.cost_center]
}

run "another_owner_by_tag" {
  command = plan

  variables {
    tags = { team = "team-else" }
  }

  expect_failures = [var.tags]
}

run "subnets_in_one_zone" {
  command = plan

  override_data {
    target = data.aws_subnet.database[1]
    values = { vpc_id = "vpc-0a", availability_zone = "eu-central-1a", cidr_block = "10.1.2.0/24" }
  }

  expect_failures = [aws_db_subnet_group.product]
}

run "a_subnet_of_another_network" {
  command = plan

  override_data {
    target = data.aws_subnet.database[1]
    values = { vpc_id = "vpc-0c", availability_zone = "eu-central-1b", cidr_block = "10.1.2.0/24" }
  }

  expect_failures = [data.aws_subnet.database[1]]
}
