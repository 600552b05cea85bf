# What the cluster is told: values in the chart's form, and what its Secret is filled from.

locals {
  database_address = "${aws_db_instance.product.address}:${local.database_port}/${local.product}?sslmode=require"

  values = {
    image          = { repository = aws_ecr_repository.product.repository_url }
    serviceAccount = { annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.product.arn } }
    secrets        = { name = var.cluster.service_account }
    database       = { port = local.database_port }
    kafka          = { brokers = join(",", var.kafka_brokers) }
    # The only addresses outside the cluster that Postgres may be at.
    networkPolicy = {
      database = [for subnet in data.aws_subnet.database : { ipBlock = { cidr = subnet.cidr_block } }]
    }
  }

  # What the keys of the Kubernetes Secret are made of: {{ .NAME }} is the value that `sources` has under NAME.
  secret_keys = merge(
    { for name in local.product_secrets : name => "{{ .${name} }}" },
    {
      DATABASE_URL         = "postgres://${local.product}_app:{{ .DATABASE_APP_PASSWORD }}@${local.database_address}"
      WORKER_DATABASE_URL  = "postgres://${local.product}_worker:{{ .DATABASE_WORKER_PASSWORD }}@${local.database_address}"
      MIGRATE_DATABASE_URL = "postgres://${local.database_owner}:{{ .owner | urlquery }}@${local.database_address}"
    },
    local.more_secret_keys,
  )

  sources = concat(
    [for name in local.secret_names : { secretKey = name, remoteRef = { key = aws_secretsmanager_secret.product[name].name } }],
    [{ secretKey = "owner", remoteRef = { key = local.owner_secret, property = "password" } }],
    local.more_sources,
  )

  metadata = { name = var.cluster.service_account, namespace = var.cluster.namespace }

  # For the External Secrets Operator: it reads as the product's service account, so each product sees its own only.
  manifests = [
    {
      apiVersion = "external-secrets.io/v1"
      kind       = "SecretStore"
      metadata   = local.metadata
      spec = {
        provider = {
          aws = {
            service = "SecretsManager"
            region  = local.region
            auth    = { jwt = { serviceAccountRef = { name = var.cluster.service_account } } }
          }
        }
      }
    },
    {
      apiVersion = "external-secrets.io/v1"
      kind       = "ExternalSecret"
      metadata   = local.metadata
      spec = {
        refreshInterval = "15m"
        secretStoreRef  = { kind = "SecretStore", name = local.metadata.name }
        target = {
          name     = local.values.secrets.name
          template = { engineVersion = "v2", data = local.secret_keys }
        }
        data = local.sources
      }
    },
  ]
}

# login's alone: the file of first-party clients, with each secret where its owner keeps it.
locals {
  confidential_clients = [for client in var.clients : client if client.client_secret_name != null]

  more_secret_keys = {
    "clients.json" = jsonencode({
      clients = [
        for client in var.clients : merge(
          { for key, value in client : key => value if key != "client_secret_name" },
          { for key in ["client_secret"] : key => "{{ .client_${replace(client.client_id, "-", "_")} }}" if client.client_secret_name != null },
        )
      ]
    })
  }

  more_sources = [
    for client in local.confidential_clients :
    { secretKey = "client_${replace(client.client_id, "-", "_")}", remoteRef = { key = client.client_secret_name } }
  ]
}
