# Location of the product: environment, network, cluster and broker.

variable "environment" {
  description = "The environment, such as `production`. Part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.environment))
    error_message = "environment: 2 to 20 of a-z, 0-9 and -, beginning with a letter and not ending with -."
  }

  validation {
    condition     = !strcontains(var.environment, "--")
    error_message = "environment: without --, which RDS refuses in names."
  }
}

variable "vpc_id" {
  description = "The VPC of the database."
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
    condition     = length(var.subnet_ids) <= local.max_subnets
    error_message = "subnet_ids: at most ${local.max_subnets}; one in each zone is enough."
  }

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "subnet_ids: ids of subnets, such as subnet-0a1b2c3d."
  }
}

variable "client_security_group_id" {
  description = "Security group of the pods (or nodes) that may connect to the database. No other client may."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^sg-[0-9a-f]+$", var.client_security_group_id))
    error_message = "client_security_group_id: the id of a security group, such as sg-0a1b2c3d."
  }
}

variable "cluster" {
  description = "The OIDC provider of the cluster, whose URL is part of its ARN, and the namespace of the release."
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
    error_message = "cluster.namespace: a Kubernetes namespace, without wildcards: a-z, 0-9 and -."
  }
}

variable "kafka_brokers" {
  description = "Bootstrap servers of Kafka as host:port. They become a value of the chart. The product creates its topics itself."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.kafka_brokers) > 0 && alltrue([for broker in var.kafka_brokers : can(regex("^([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$", broker))])
    error_message = "kafka_brokers: at least one host:port, without a scheme; an IPv6 address in brackets."
  }

  validation {
    condition     = alltrue([for port in [for broker in var.kafka_brokers : try(tonumber(reverse(split(":", broker))[0]), 0)] : port >= 1 && port <= 65535])
    error_message = "kafka_brokers: ports from 1 to 65535."
  }
}

variable "kafka_cidrs" {
  description = "Networks of brokers outside the cluster, which the pods may connect to. Empty for brokers inside the cluster, where the chart expects them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.kafka_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "kafka_cidrs: networks such as 10.1.0.0/16 or fd00:1::/64. A network /0 is refused."
  }
}

# Stored data.

variable "database" {
  description = "Size, backups and maintenance of the Postgres instance."
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
    # When false, a change that interrupts the database waits for maintenance_window.
    apply_immediately = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{2}$", var.database.engine_version)) && try(tonumber(var.database.engine_version) >= 15, false)
    error_message = "database.engine_version: a major version of PostgreSQL, 15 or newer, such as 17. RDS applies minor versions automatically."
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
    condition     = var.database.max_storage_gib >= 1.1 * var.database.storage_gib && var.database.max_storage_gib <= 65536 && floor(var.database.max_storage_gib) == var.database.max_storage_gib
    error_message = "database.max_storage_gib: a whole number, at least 10 % more than database.storage_gib, at most 65536, so that the disk can grow when it is full."
  }

  validation {
    condition     = var.database.max_connections >= 50 && var.database.max_connections <= 5000 && floor(var.database.max_connections) == var.database.max_connections
    error_message = "database.max_connections: a whole number from 50 to 5000. A pod opens up to 15."
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
  description = "Protects data against deletion by mistake: deletion protection and a final snapshot of the database, 30 days to restore a deleted secret (except one that another product reads), no deletion of a registry that has images. Set it to false for temporary environments only."
  type        = bool
  default     = true
  nullable    = false
}

variable "secret_versions" {
  description = "Version number of each secret. A higher number writes the value again, such as {DATABASE_APP_PASSWORD = 2}. The README lists the other steps of a rotation."
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

variable "log_retention_days" {
  description = "Retention of the logs of the pods and of Postgres, in days."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: a number that CloudWatch supports: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

# Alerts and costs.

variable "alert_emails" {
  description = "E-mail addresses of the team. Alarms and budget notifications are sent to them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.alert_emails) > 0 && alltrue([for email in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "alert_emails: at least one e-mail address."
  }
}

variable "alarms" {
  description = "Thresholds of the alarms: CPU in use, free part of `storage_gib`, used part of `max_connections`, free memory."
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
  description = "Budget of the product for a month, in US dollars. The team is notified at 80 % of it, and when the forecast exceeds it."
  type        = number
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd >= 1
    error_message = "monthly_budget_usd: at least 1."
  }
}

variable "cost_center" {
  description = "Value of the tag `cost-center`, the unit that pays."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]{0,127}$", var.cost_center))
    error_message = "cost_center: 1 to 128 letters, digits, spaces and _.:/=+@-, as in a tag."
  }
}

variable "tags" {
  description = "More tags for all resources. They cannot replace the tags of the module."
  type        = map(string)
  default     = {}
  nullable    = false

  # IAM does not distinguish capitals in keys.
  validation {
    condition     = length(setintersection([for key in keys(var.tags) : lower(key)], ["product", "team", "environment", "cost-center", "stack"])) == 0
    error_message = "tags: product, team, environment, cost-center and stack are set by the module, in capitals, too."
  }

  validation {
    condition     = length(distinct([for key in keys(var.tags) : lower(key)])) == length(var.tags) && length(var.tags) <= 40
    error_message = "tags: at most 40 keys, which differ not only in capitals."
  }

  validation {
    condition = alltrue([
      for key, value in var.tags : can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$", value))
    ])
    error_message = "tags: keys of 1 to 128 and values of up to 256 letters, digits, spaces and _.:/=+@-."
  }

  validation {
    condition     = !anytrue([for key in keys(var.tags) : startswith(lower(key), "aws:")])
    error_message = "tags: keys that begin with aws: are reserved."
  }
}
