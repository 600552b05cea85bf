output "values_yaml" {
  description = "The chart's values."
  value       = module.mypage.values_yaml
}

output "secret_manifests_yaml" {
  description = "Manifests that fill the chart's Secret."
  value       = module.mypage.secret_manifests_yaml
}
