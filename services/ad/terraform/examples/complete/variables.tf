variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "vpc_id" {
  description = "VPC of the cluster and the database."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in two zones."
  type        = list(string)
}

variable "client_security_group_id" {
  description = "Security group of the cluster's pods or nodes."
  type        = string
}

variable "oidc_provider_arn" {
  description = "ARN of the cluster's IAM OIDC provider."
  type        = string
}

variable "kafka_brokers" {
  description = "Bootstrap servers of Kafka, host:port."
  type        = list(string)
}

variable "kafka_cidrs" {
  description = "Networks of brokers outside the cluster."
  type        = list(string)
  default     = []
}

variable "client_secret_readers" {
  description = "ARN of the role of login: output role_arn of its module."
  type        = list(string)
}
