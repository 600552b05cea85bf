output "values" {
  description = "Values in the form of the product's chart. The pipeline adds image.tag."
  value       = local.values
}

output "values_yaml" {
  description = "The same as a file: terraform output -raw values_yaml > values.yaml"
  value       = yamlencode(local.values)
}

output "secret_manifests_yaml" {
  description = "ServiceAccount, SecretStore and ExternalSecret that fill the chart's Secret: names only, no value. kubectl apply -f"
  value       = join("---\n", [for manifest in local.manifests : yamlencode(manifest)])
}

output "secret_arns" {
  description = "The product's secrets by name, and `owner`, which RDS keeps: {username, password} of the database's owner."
  value       = merge({ for name, secret in aws_secretsmanager_secret.product : name => secret.arn }, { owner = local.owner_secret })
}

output "role_arn" {
  description = "The role that reads the product's secrets, for its service account in the cluster."
  value       = aws_iam_role.product.arn
}

output "database" {
  description = "Where the database is, for people and other tools; it opens to the given security group only."
  value = {
    host              = aws_db_instance.product.address
    port              = local.database_port
    name              = local.product
    security_group_id = aws_security_group.database.id
  }
}

output "log_group" {
  description = "Where the cluster's log shipper writes the pods' logs."
  value       = aws_cloudwatch_log_group.product["pods"].name
}

output "alerts_topic_arn" {
  description = "What alarms and the budget are sent to; a pager can subscribe, too."
  value       = aws_sns_topic.alerts.arn
}

output "tags" {
  description = "The product's cost-allocation tags, for what is made elsewhere on its behalf."
  value       = local.tags
}
