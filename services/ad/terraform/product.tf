# The part of the module that only ad has: its secrets. client_secret.tf allows login to read one of them.

locals {
  # Secrets of the pods. The keys of the Kubernetes Secret have the same names.
  product_secrets = ["AD_CLIENT_SECRET", "AD_LINK_SECRET", "AD_SESSION_SECRET"]

  # Secrets that another product reads by their names.
  shared_secrets = ["AD_CLIENT_SECRET"]

  product_secret_keys = {}
  product_sources     = []
}

variable "secrets" {
  description = "Values of the product's secrets. Ephemeral: neither the plan nor the state has them. A value is written when its secret is created, and again when its number in `secret_versions` is raised."
  type = object({
    AD_CLIENT_SECRET         = string
    AD_LINK_SECRET           = string
    AD_SESSION_SECRET        = string
    DATABASE_APP_PASSWORD    = string
    DATABASE_WORKER_PASSWORD = string
  })
  ephemeral = true
  sensitive = true
  nullable  = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=?(,[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=?)*$", var.secrets.AD_LINK_SECRET))
    error_message = "secrets.AD_LINK_SECRET: 32 bytes in base64url, as `openssl rand -base64 32 | tr '+/' '-_'` prints; several of them with commas in between."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=?$", var.secrets.AD_SESSION_SECRET))
    error_message = "secrets.AD_SESSION_SECRET: 32 bytes in base64url, as `openssl rand -base64 32 | tr '+/' '-_'` prints."
  }

  validation {
    condition = alltrue([
      for password in [var.secrets.AD_CLIENT_SECRET, var.secrets.DATABASE_APP_PASSWORD, var.secrets.DATABASE_WORKER_PASSWORD] :
      can(regex("^[A-Za-z0-9_-]{24,100}$", password))
    ])
    error_message = "secrets.AD_CLIENT_SECRET, secrets.DATABASE_APP_PASSWORD and secrets.DATABASE_WORKER_PASSWORD: 24 to 100 characters of A-Z, a-z, 0-9, _ and -: they are part of URLs and of JSON."
  }
}
