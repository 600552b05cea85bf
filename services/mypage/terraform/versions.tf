terraform {
  # 1.11 brought write-only arguments: secrets are handed over without being kept in the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
