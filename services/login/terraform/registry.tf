# The registry of the product's images: tags are immutable, each image is scanned on push, untagged images expire.
#
# Images with a tag stay. ECR does not know which images run, so a rule that counts could delete one that production needs.

variable "kept_images" {
  description = "Number of images that the registry retains; all when null. Older images are deleted, even if an environment runs one: more images than are built between two releases to production. A rollback is possible to retained images only."
  type        = number
  default     = null

  validation {
    condition     = var.kept_images == null ? true : var.kept_images >= 5 && var.kept_images <= 1000 && floor(var.kept_images) == var.kept_images
    error_message = "kept_images: a whole number from 5 to 1000, or null."
  }
}

resource "aws_ecr_repository" "product" {
  name                 = local.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.protect_data
  tags                 = local.tags

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.product.arn
  }
}

resource "aws_ecr_lifecycle_policy" "product" {
  repository = aws_ecr_repository.product.name

  policy = jsonencode({
    rules = concat(
      [{
        rulePriority = 1
        description  = "Untagged images are deleted after a week"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      }],
      [for number in [var.kept_images] : {
        rulePriority = 2
        description  = "The newest ${number} stay"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = number }
        action       = { type = "expire" }
      } if number != null],
    )
  })
}
