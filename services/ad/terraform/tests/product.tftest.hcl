# The tests that name the secrets of ad.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "a_key_too_short" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "made-up-for-tests-as-a-client-of-login" }
  }

  expect_failures = [var.secrets]
}

run "a_key_that_is_not_base64url" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "made-up-for-tests-as-a-client-of-login" }
  }

  expect_failures = [var.secrets]
}

run "a_key_of_two_that_is_too_short" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,AAAA", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "made-up-for-tests-as-a-client-of-login" }
  }

  expect_failures = [var.secrets]
}

run "two_keys_while_they_are_rotated" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "made-up-for-tests-as-a-client-of-login" }
  }
}

run "a_password_that_breaks_its_url" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DATABASE_APP_PASSWORD = "made/up@for:tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "made-up-for-tests-as-a-client-of-login" }
  }

  expect_failures = [var.secrets]
}

run "a_session_key_too_short" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "made-up-for-tests-as-a-client-of-login" }
  }

  expect_failures = [var.secrets]
}

run "a_short_client_secret" {
  command = plan

  variables {
    secrets = { AD_LINK_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DATABASE_APP_PASSWORD = "made-up-for-tests-app-role", DATABASE_WORKER_PASSWORD = "made-up-for-tests-worker-role", AD_SESSION_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AD_CLIENT_SECRET = "short" }
  }

  expect_failures = [var.secrets]
}

run "the_role_reads_its_own_secrets_with_its_own_key_and_nothing_else" {
  command = apply

  assert {
    condition = jsondecode(aws_iam_role_policy.product.policy).Statement == [
      {
        Sid    = "ReadOwnSecrets"
        Effect = "Allow"
        Action = "secretsmanager:GetSecretValue"
        Resource = [
          "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_CLIENT_SECRET",
          "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_LINK_SECRET",
          "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_SESSION_SECRET",
          "arn:aws:secretsmanager:eu-central-1:123456789012:secret:DATABASE_APP_PASSWORD",
          "arn:aws:secretsmanager:eu-central-1:123456789012:secret:DATABASE_WORKER_PASSWORD",
          "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!owner",
        ]
      },
      {
        Sid       = "OpenThemWithOwnKey"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = "arn:aws:kms:eu-central-1:123456789012:key/own"
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com" } }
      },
    ]
    error_message = "policy: ${aws_iam_role_policy.product.policy}"
  }
}

run "a_rotated_secret_is_written_again_and_the_others_are_not" {
  command = apply

  variables {
    secret_versions = { AD_LINK_SECRET = 2 }
  }

  assert {
    condition = { for name, version in aws_secretsmanager_secret_version.product : name => version.secret_string_wo_version } == {
      AD_CLIENT_SECRET = 1, AD_LINK_SECRET = 2, AD_SESSION_SECRET = 1, DATABASE_APP_PASSWORD = 1, DATABASE_WORKER_PASSWORD = 1
    }
    error_message = "secret_versions changes another secret than the named one, or none."
  }
}
