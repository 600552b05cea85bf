# Inputs that the module refuses. Each test names the variable of the error.

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

run "an_environment_that_rds_refuses" {
  command = plan

  variables {
    environment = "a--b"
  }

  expect_failures = [var.environment]
}

run "a_network_by_name" {
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

run "more_subnets_than_zones" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a", "subnet-0b", "subnet-0c", "subnet-0d", "subnet-0e", "subnet-0f", "subnet-1a"]
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

run "a_broker_at_a_port_that_does_not_exist" {
  command = plan

  variables {
    kafka_brokers = ["kafka.internal:99999"]
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

run "a_secret_of_another_product" {
  command = plan

  variables {
    secret_versions = { SECRET_OF_ANOTHER_PRODUCT = 2 }
  }

  expect_failures = [var.secret_versions]
}

run "too_few_images_for_a_rollback" {
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

run "alarms_without_a_receiver" {
  command = plan

  variables {
    alert_emails = []
  }

  expect_failures = [var.alert_emails]
}

run "an_alarm_above_100_percent" {
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

run "no_cost_center" {
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

run "another_owner_by_a_tag_in_capitals" {
  command = plan

  variables {
    tags = { Team = "team-else" }
  }

  expect_failures = [var.tags]
}

run "the_same_tag_twice_for_iam" {
  command = plan

  variables {
    tags = { "data-class" = "personal", "Data-Class" = "public" }
  }

  expect_failures = [var.tags]
}

run "a_tag_that_aws_refuses" {
  command = plan

  variables {
    tags = { owner = "team <ad>" }
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

  expect_failures = [aws_db_subnet_group.product]
}
