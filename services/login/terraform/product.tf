# The part of the module that only login has: its secrets. clients.tf has its clients.

locals {
  # Secrets of the pods. The keys of the Kubernetes Secret have the same names.
  product_secrets = ["LOGIN_KEY_SECRET", "LOGIN_MAIL"]

  # Secrets that another product reads by their names.
  shared_secrets = []

  product_key_statements = []
}

variable "secrets" {
  description = "Values of the product's secrets. Ephemeral: neither the plan nor the state has them. A value is written when its secret is created, and again when its number in `secret_versions` is raised."
  type = object({
    LOGIN_KEY_SECRET         = string
    LOGIN_MAIL               = string
    DATABASE_APP_PASSWORD    = string
    DATABASE_WORKER_PASSWORD = string
  })
  ephemeral = true
  sensitive = true
  nullable  = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=?$", var.secrets.LOGIN_KEY_SECRET))
    error_message = "secrets.LOGIN_KEY_SECRET: 32 bytes in base64url, as `openssl rand -base64 32 | tr '+/' '-_'` prints."
  }

  validation {
    condition     = can(regex("^smtps://[^ ]+$|^smtp://[^ ]+[?&]tls=required$", var.secrets.LOGIN_MAIL))
    error_message = "secrets.LOGIN_MAIL: the mail server, as smtps://user:password@host:465 or smtp://user:password@host:587?tls=required."
  }

  validation {
    condition = alltrue([
      for password in [var.secrets.DATABASE_APP_PASSWORD, var.secrets.DATABASE_WORKER_PASSWORD] :
      can(regex("^[A-Za-z0-9_-]{24,100}$", password))
    ])
    error_message = "secrets.DATABASE_APP_PASSWORD and secrets.DATABASE_WORKER_PASSWORD: 24 to 100 characters of A-Z, a-z, 0-9, _ and -: they are part of URLs."
  }
}
