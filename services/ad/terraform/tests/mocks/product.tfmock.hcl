# ARNs of the secrets that only ad has.

override_resource {
  target = aws_secretsmanager_secret.product["AD_LINK_SECRET"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_LINK_SECRET" }
}

override_resource {
  target = aws_secretsmanager_secret.product["AD_SESSION_SECRET"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_SESSION_SECRET" }
}

override_resource {
  target = aws_secretsmanager_secret.product["AD_CLIENT_SECRET"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AD_CLIENT_SECRET" }
}
