output "values" {
  description = "Values for the product's chart. The pipeline adds image.tag."
  value       = local.values
}

output "values_yaml" {
  description = "The same values as YAML: terraform output -raw values_yaml > values.yaml"
  value       = yamlencode(local.values)
}

output "secret_manifests_yaml" {
  description = "ServiceAccount, SecretStore and ExternalSecret that fill the chart's Secret, for kubectl apply -f. They have the names of secrets, not the values."
  value       = join("---\n", [for manifest in local.manifests : yamlencode(manifest)])
}

output "secret_arns" {
  description = "ARNs of the product's secrets by name, and of `owner`, which RDS manages: {username, password} of the database owner."
  value       = merge({ for name, secret in aws_secretsmanager_secret.product : name => secret.arn }, { owner = local.owner_secret })
}

output "secret_names" {
  description = "Names of the product's secrets in Secrets Manager."
  value       = { for name, secret in aws_secretsmanager_secret.product : name => secret.name }
}

output "role_arn" {
  description = "ARN of the role that reads the product's secrets, for its service account in the cluster."
  value       = aws_iam_role.product.arn
}

output "database" {
  description = "Address of the database, for people and other tools. Only the given security group can connect."
  value = {
    host              = aws_db_instance.product.address
    port              = local.database_port
    name              = local.product
    security_group_id = aws_security_group.database.id
  }
}

output "final_snapshot" {
  description = "Name of the database's snapshot that a destroy leaves, for `restore`. Null when protect_data is false."
  value       = aws_db_instance.product.final_snapshot_identifier
}

output "log_group" {
  description = "Log group that the cluster's log shipper writes the pods' logs to."
  value       = aws_cloudwatch_log_group.product["pods"].name
}

output "alerts_topic_arn" {
  description = "SNS topic of alarms and budget notifications. A pager can subscribe to it."
  value       = aws_sns_topic.alerts.arn
}

output "tags" {
  description = "The product's cost-allocation tags, for its resources outside this module."
  value       = local.tags
}
