# Access to the client's secret.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "nobody_else_reads_the_client_secret_unless_named" {
  command = apply

  assert {
    condition = (
      jsondecode(aws_secretsmanager_secret_policy.client.policy).Statement[0].Principal.AWS == ["arn:aws:iam::123456789012:role/ad-production"]
      && !strcontains(aws_kms_key.product.policy, "ReadersOfTheClientSecret")
    )
    error_message = "Another role than ad's may read the client's secret: ${aws_secretsmanager_secret_policy.client.policy}"
  }
}

run "login_reads_the_client_secret_and_no_other" {
  command = apply

  variables {
    client_secret_readers = ["arn:aws:iam::123456789012:role/login-production"]
  }

  assert {
    condition = (
      aws_secretsmanager_secret_policy.client.secret_arn == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_CLIENT_SECRET"
      && jsondecode(aws_secretsmanager_secret_policy.client.policy).Statement[0].Principal.AWS == [
        "arn:aws:iam::123456789012:role/ad-production", "arn:aws:iam::123456789012:role/login-production"
      ]
      && jsondecode(aws_secretsmanager_secret_policy.client.policy).Statement[0].Action == "secretsmanager:GetSecretValue"
    )
    error_message = "policy: ${aws_secretsmanager_secret_policy.client.policy}"
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_kms_key.product.policy).Statement :
      statement.Condition.StringLike["kms:EncryptionContext:SecretARN"] if statement.Sid == "ReadersOfTheClientSecret"
    ]) == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ad-production/AD_CLIENT_SECRET-??????"
    error_message = "The key can decrypt more than the client's secret."
  }
}

run "anybody_as_reader_of_the_client_secret" {
  command = plan

  variables {
    client_secret_readers = ["*"]
  }

  expect_failures = [var.client_secret_readers]
}
