# For the cluster: values of the chart, and the manifests that fill its Secret.

locals {
  database_address = "${aws_db_instance.product.address}:${local.database_port}/${local.product}?sslmode=require"

  values = {
    image    = { repository = aws_ecr_repository.product.repository_url }
    secrets  = { name = local.product }
    database = { port = local.database_port }
    kafka    = { brokers = join(",", var.kafka_brokers) }
    # Networks outside the cluster that pods may reach. Other values have the defaults of the chart.
    networkPolicy = {
      for store, cidrs in { database = local.subnets[*].cidr_block, kafka = var.kafka_cidrs } :
      store => [for cidr in cidrs : { ipBlock = { cidr = cidr } }] if length(cidrs) > 0
    }
  }

  # Templates of the keys of the Kubernetes Secret. {{ .NAME }} is replaced by the value of NAME in `sources`.
  secret_keys = merge(
    { for name in local.product_secrets : name => "{{ .${name} }}" },
    {
      DATABASE_URL         = "postgres://${local.product}_app:{{ .DATABASE_APP_PASSWORD }}@${local.database_address}"
      WORKER_DATABASE_URL  = "postgres://${local.product}_worker:{{ .DATABASE_WORKER_PASSWORD }}@${local.database_address}"
      MIGRATE_DATABASE_URL = "postgres://${local.database_owner}:{{ .owner | urlquery }}@${local.database_address}"
    },
    local.product_secret_keys,
  )

  sources = concat(
    [for name in local.secret_names : { secretKey = name, remoteRef = { key = aws_secretsmanager_secret.product[name].name } }],
    [{ secretKey = "owner", remoteRef = { key = local.owner_secret, property = "password" } }],
    local.product_sources,
  )

  metadata = { name = local.product, namespace = var.cluster.namespace }

  # For the External Secrets Operator. It reads as the product's service account, which can read only the product's secrets.
  manifests = [
    {
      apiVersion = "v1"
      kind       = "ServiceAccount"
      metadata = {
        name        = local.service_account
        namespace   = var.cluster.namespace
        annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.product.arn }
      }
      automountServiceAccountToken = false
    },
    {
      apiVersion = "external-secrets.io/v1"
      kind       = "SecretStore"
      metadata   = local.metadata
      spec = {
        provider = {
          aws = {
            service = "SecretsManager"
            region  = local.region
            auth    = { jwt = { serviceAccountRef = { name = local.service_account } } }
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
