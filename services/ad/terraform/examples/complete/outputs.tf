output "values_yaml" {
  description = "The chart's values."
  value       = module.ad.values_yaml
}

output "secret_manifests_yaml" {
  description = "Manifests that fill the chart's Secret."
  value       = module.ad.secret_manifests_yaml
}
