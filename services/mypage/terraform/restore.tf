# A new instance with the data of a snapshot, such as the one that a destroy leaves.

variable "restore" {
  description = "The snapshot that a new database begins with: `snapshot` is its name or its ARN, in the same region. Its key must be enabled. Refused when the database exists. The README has the steps."
  type = object({
    snapshot = string
  })
  default = null

  validation {
    condition     = var.restore == null ? true : can(regex("^(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:snapshot:)?([a-z]+:)?[A-Za-z][A-Za-z0-9-]*$", var.restore.snapshot))
    error_message = "restore.snapshot: the name or the ARN of a snapshot, such as mypage-production-final-1a2b3c4d."
  }
}

# RDS restores with the key of the snapshot, which is the key of the environment before. So the snapshot is copied first, with
# the key of this environment.
resource "aws_db_snapshot_copy" "restored" {
  count = var.restore == null ? 0 : 1

  source_db_snapshot_identifier = var.restore.snapshot
  target_db_snapshot_identifier = "${local.name}-restored-${local.unique}-${substr(sha1(var.restore.snapshot), 0, 8)}"
  kms_key_id                    = aws_kms_key.product.arn
  tags                          = local.tags

  lifecycle {
    precondition {
      condition     = try(split(":", var.restore.snapshot)[3], local.region) == local.region
      error_message = "restore.snapshot: ${var.restore.snapshot} is not in ${local.region}. Copy it to this region first: aws rds copy-db-snapshot."
    }
  }
}
