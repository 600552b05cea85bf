# ad is a client of login, so login needs the client's secret. The roles named here may read that secret and no other.
# ad's own role is named, too: then the policy always has a reader, and the plan need not know how many others there are.

variable "client_secret_readers" {
  description = "ARNs of roles that may read AD_CLIENT_SECRET and no other secret: the role of login. Each role must exist already."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.client_secret_readers : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$", arn))])
    error_message = "client_secret_readers: ARNs of IAM roles, without wildcards."
  }
}

resource "aws_secretsmanager_secret_policy" "client" {
  secret_arn          = aws_secretsmanager_secret.product["AD_CLIENT_SECRET"].arn
  block_public_policy = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ReadAsWhoChecksIt"
      Effect    = "Allow"
      Principal = { AWS = concat([aws_iam_role.product.arn], var.client_secret_readers) }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

locals {
  # Reading a secret needs the use of its key, too.
  product_key_statements = [
    for readers in [var.client_secret_readers] : {
      Sid       = "ReadersOfTheClientSecret"
      Effect    = "Allow"
      Principal = { AWS = readers }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
        StringLike = {
          "kms:EncryptionContext:SecretARN" = "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${local.name}/AD_CLIENT_SECRET-??????"
        }
      }
    } if length(readers) > 0
  ]
}
