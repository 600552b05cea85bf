# The registry of the product's images: tags are immutable, each image is scanned on push, old images expire.

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
    rules = [
      {
        rulePriority = 1
        description  = "Untagged images are deleted after a week"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "The newest ${var.kept_images} stay"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.kept_images }
        action       = { type = "expire" }
      },
    ]
  })
}
