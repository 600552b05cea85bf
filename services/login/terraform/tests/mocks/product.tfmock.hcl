# ARNs of the secrets that only login has.

override_resource {
  target = aws_secretsmanager_secret.product["LOGIN_KEY_SECRET"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:LOGIN_KEY_SECRET" }
}

override_resource {
  target = aws_secretsmanager_secret.product["LOGIN_MAIL"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:LOGIN_MAIL" }
}
