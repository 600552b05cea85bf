# Where it runs.

variable "environment" {
  description = "Which environment this is, such as `production`. Part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.environment))
    error_message = "environment: 2 to 20 of a-z, 0-9 and -, beginning with a letter and not ending with -."
  }
}

variable "vpc_id" {
  description = "The network the database stands in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id: the id of a VPC, such as vpc-0a1b2c3d."
  }
}

variable "subnet_ids" {
  description = "Private subnets for the database, in at least two zones."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "subnet_ids: at least two different subnets, in two zones."
  }

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "subnet_ids: ids of subnets, such as subnet-0a1b2c3d."
  }
}

variable "client_security_group_id" {
  description = "Security group of the pods (or nodes) that may reach the database. Nothing else may."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^sg-[0-9a-f]+$", var.client_security_group_id))
    error_message = "client_security_group_id: the id of a security group, such as sg-0a1b2c3d."
  }
}

variable "cluster" {
  description = "The cluster's OIDC provider, whose URL is read from its ARN, and the namespace of the release."
  type = object({
    oidc_provider_arn = string
    namespace         = optional(string, "login")
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[a-z0-9][A-Za-z0-9./_-]+$", var.cluster.oidc_provider_arn))
    error_message = "cluster.oidc_provider_arn: the ARN of an IAM OIDC provider, such as arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC."
  }

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.cluster.namespace))
    error_message = "cluster.namespace: a name as Kubernetes has them, without wildcards: a-z, 0-9 and -."
  }
}

variable "kafka_brokers" {
  description = "Bootstrap servers, host:port. Passed on to the chart: the product makes its topics itself."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.kafka_brokers) > 0 && alltrue([for broker in var.kafka_brokers : can(regex("^[A-Za-z0-9.-]+:[0-9]{1,5}$", broker))])
    error_message = "kafka_brokers: at least one host:port, without a scheme."
  }
}

variable "kafka_cidrs" {
  description = "Networks of brokers outside the cluster, which the pods may reach. None: the brokers are where the chart expects them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.kafka_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "kafka_cidrs: IPv4 networks such as 10.1.0.0/16, and not the whole world."
  }
}

# What it keeps.

variable "database" {
  description = "Size and care of the Postgres instance."
  type = object({
    engine_version        = optional(string, "17")
    instance_class        = optional(string, "db.t4g.medium")
    storage_gib           = optional(number, 20)
    max_storage_gib       = optional(number, 100)
    max_connections       = optional(number, 200)
    multi_az              = optional(bool, true)
    backup_retention_days = optional(number, 14)
    backup_window         = optional(string, "01:00-02:00")
    maintenance_window    = optional(string, "sun:02:30-sun:03:30")
    # Otherwise a change that interrupts waits for that window.
    apply_immediately = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{2}$", var.database.engine_version)) && try(tonumber(var.database.engine_version) >= 15, false)
    error_message = "database.engine_version: a major version of PostgreSQL, 15 or newer, such as 17. Minor ones come by themselves."
  }

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.database.instance_class))
    error_message = "database.instance_class: an instance class, such as db.t4g.medium."
  }

  validation {
    condition     = var.database.storage_gib >= 20 && var.database.storage_gib <= 65536 && floor(var.database.storage_gib) == var.database.storage_gib
    error_message = "database.storage_gib: a whole number from 20 to 65536."
  }

  validation {
    condition     = var.database.max_storage_gib > var.database.storage_gib && var.database.max_storage_gib <= 65536
    error_message = "database.max_storage_gib: more than database.storage_gib, at most 65536, so that a full disk grows by itself."
  }

  validation {
    condition     = var.database.max_connections >= 50 && var.database.max_connections <= 5000 && floor(var.database.max_connections) == var.database.max_connections
    error_message = "database.max_connections: a whole number from 50 to 5000. A pod takes up to 15."
  }

  validation {
    condition     = var.database.backup_retention_days >= 7 && var.database.backup_retention_days <= 35 && floor(var.database.backup_retention_days) == var.database.backup_retention_days
    error_message = "database.backup_retention_days: a whole number from 7 to 35."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.database.backup_window))
    error_message = "database.backup_window: UTC, such as 01:00-02:00."
  }

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.database.maintenance_window))
    error_message = "database.maintenance_window: UTC, such as sun:02:30-sun:03:30."
  }
}

variable "protect_data" {
  description = "Whether data outlive a mistake: deletion protection and a last snapshot of the database, 30 days to take back a deleted secret, no deletion of a registry that holds images. False is for environments that are thrown away."
  type        = bool
  default     = true
  nullable    = false
}

variable "secrets" {
  description = "Values of the product's secrets. Ephemeral: neither plan nor state has them. A value is written when its secret is made, and again when its number in `secret_versions` is raised."
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
    error_message = "secrets.DATABASE_APP_PASSWORD and secrets.DATABASE_WORKER_PASSWORD: 24 to 100 of A-Z, a-z, 0-9, _ and -: they stand in URLs."
  }
}

variable "secret_versions" {
  description = "Raise a secret's number to write its value again, such as {LOGIN_KEY_SECRET = 2}. The README says what else a rotation needs."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.secret_versions), local.secret_names)) == 0
    error_message = "secret_versions: only names of the product's secrets: ${join(", ", local.secret_names)}."
  }

  validation {
    condition     = alltrue([for version in values(var.secret_versions) : version >= 1 && floor(version) == version])
    error_message = "secret_versions: whole numbers from 1."
  }
}

variable "kept_images" {
  description = "How many images the registry keeps: as far back as a rollback may go."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.kept_images >= 5 && var.kept_images <= 1000 && floor(var.kept_images) == var.kept_images
    error_message = "kept_images: a whole number from 5 to 1000."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, of the pods and of Postgres."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: one that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

# Who is told, and what it may cost.

variable "alert_emails" {
  description = "Addresses of the team that alarms and the budget are sent to."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.alert_emails) > 0 && alltrue([for email in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "alert_emails: at least one e-mail address."
  }
}

variable "alarms" {
  description = "From where on the team is told: processor used, storage left of `storage_gib`, connections used of `max_connections`, memory left."
  type = object({
    cpu_percent          = optional(number, 80)
    free_storage_percent = optional(number, 20)
    connections_percent  = optional(number, 80)
    free_memory_mib      = optional(number, 256)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, value in var.alarms : value >= 1 && value <= 99 if endswith(name, "_percent")])
    error_message = "alarms.cpu_percent, alarms.free_storage_percent and alarms.connections_percent: 1 to 99."
  }

  validation {
    condition     = var.alarms.free_memory_mib >= 16
    error_message = "alarms.free_memory_mib: at least 16."
  }
}

variable "monthly_budget_usd" {
  description = "What the product may cost in a month, in US dollars. The team is told at 80 % of it, and when the month is forecast to pass it."
  type        = number
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd >= 1
    error_message = "monthly_budget_usd: at least 1."
  }
}

variable "cost_center" {
  description = "Who pays: the value of the tag `cost-center`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]{0,127}$", var.cost_center))
    error_message = "cost_center: 1 to 128 letters, digits, spaces and _.:/=+@-, as a tag may have."
  }
}

variable "tags" {
  description = "More tags for everything. They can't replace the product's own."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.tags), ["product", "team", "environment", "cost-center", "stack"])) == 0
    error_message = "tags: product, team, environment, cost-center and stack are the module's own."
  }

  validation {
    condition     = !anytrue([for key in keys(var.tags) : startswith(lower(key), "aws:")])
    error_message = "tags: keys that begin with aws: are reserved."
  }
}
