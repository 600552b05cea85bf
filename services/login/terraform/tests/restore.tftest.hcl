# A new database with the data of a snapshot.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "a_new_database_begins_empty" {
  command   = apply
  state_key = "empty"

  assert {
    condition     = length(aws_db_snapshot_copy.restored) == 0
    error_message = "A snapshot is restored, though none is named."
  }
}

run "a_snapshot_for_a_database_that_exists" {
  command   = plan
  state_key = "empty"

  variables {
    restore = { snapshot = "login-production-final-1a2b3c4d" }
  }

  expect_failures = [aws_db_instance.product]
}

run "a_snapshot_is_copied_with_the_own_key_and_restored" {
  command   = apply
  state_key = "restored"

  variables {
    restore = { snapshot = "login-production-final-1a2b3c4d" }
  }

  assert {
    condition = (
      aws_db_snapshot_copy.restored[0].source_db_snapshot_identifier == "login-production-final-1a2b3c4d"
      && aws_db_snapshot_copy.restored[0].kms_key_id == aws_kms_key.product.arn
      && aws_db_instance.product.snapshot_identifier == aws_db_snapshot_copy.restored[0].target_db_snapshot_identifier
    )
    error_message = "restored: ${aws_db_instance.product.snapshot_identifier}"
  }
}

run "another_snapshot_for_a_restored_database" {
  command   = plan
  state_key = "restored"

  variables {
    restore = { snapshot = "login-production-final-5e6f7a8b" }
  }

  expect_failures = [aws_db_instance.product]
}

run "the_database_stays_when_the_snapshot_is_no_longer_named" {
  command   = apply
  state_key = "restored"

  assert {
    condition     = length(aws_db_snapshot_copy.restored) == 0 && startswith(aws_db_instance.product.snapshot_identifier, "login-production-restored-")
    error_message = "The database would be replaced."
  }
}

run "a_snapshot_larger_than_the_disk" {
  command   = apply
  state_key = "larger"

  variables {
    restore = { snapshot = "login-production-final-1a2b3c4d" }
  }

  override_resource {
    target = aws_db_snapshot_copy.restored
    values = { allocated_storage = 60, engine_version = "17.5" }
  }

  expect_failures = [aws_db_instance.product]
}

run "a_snapshot_of_another_version" {
  command   = apply
  state_key = "version"

  variables {
    restore = { snapshot = "arn:aws:rds:eu-central-1:123456789012:snapshot:login-production-final-1a2b3c4d" }
  }

  override_resource {
    target = aws_db_snapshot_copy.restored
    values = { allocated_storage = 20, engine_version = "16.9" }
  }

  expect_failures = [aws_db_instance.product]
}

run "a_snapshot_of_another_region" {
  command   = plan
  state_key = "region"

  variables {
    restore = { snapshot = "arn:aws:rds:us-east-1:123456789012:snapshot:login-production-final-1a2b3c4d" }
  }

  expect_failures = [aws_db_snapshot_copy.restored]
}

run "a_snapshot_by_a_pattern" {
  command   = plan
  state_key = "pattern"

  variables {
    restore = { snapshot = "login-production-final-*" }
  }

  expect_failures = [var.restore]
}
