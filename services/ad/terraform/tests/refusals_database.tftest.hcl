# Settings of the database that the module refuses. Each test names the variable or the resource of the error.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "an_old_postgres" {
  command = plan

  variables {
    database = { engine_version = "14" }
  }

  expect_failures = [var.database]
}

run "a_minor_version_of_postgres" {
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

run "a_disk_that_can_hardly_grow" {
  command = plan

  variables {
    database = { storage_gib = 100, max_storage_gib = 105 }
  }

  expect_failures = [var.database]
}

run "half_a_gibibyte" {
  command = plan

  variables {
    database = { max_storage_gib = 100.5 }
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

run "a_backup_in_ten_minutes" {
  command = plan

  variables {
    database = { backup_window = "01:00-01:10" }
  }

  expect_failures = [aws_db_instance.product]
}

run "a_backup_during_maintenance" {
  command = plan

  variables {
    database = { backup_window = "03:00-04:00" }
  }

  expect_failures = [aws_db_instance.product]
}

run "a_backup_over_midnight_during_maintenance" {
  command = plan

  variables {
    database = { backup_window = "23:30-00:30", maintenance_window = "mon:00:00-mon:00:30" }
  }

  expect_failures = [aws_db_instance.product]
}

run "maintenance_over_the_end_of_the_week_during_a_backup" {
  command = plan

  variables {
    database = { backup_window = "01:00-02:00", maintenance_window = "sun:23:00-mon:01:30" }
  }

  expect_failures = [aws_db_instance.product]
}
