# ARNs of the secrets that only mypage has.

override_resource {
  target = aws_secretsmanager_secret.product["MYPAGE_SESSION_SECRET"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:MYPAGE_SESSION_SECRET" }
}

override_resource {
  target = aws_secretsmanager_secret.product["MYPAGE_CLIENT_SECRET"]
  values = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:MYPAGE_CLIENT_SECRET" }
}
