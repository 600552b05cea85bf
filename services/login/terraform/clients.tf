# The file of first-party clients: the products that sign people in through login. Each client's secret stays with its owner.

variable "clients" {
  description = "First-party clients, in the format of LOGIN_CLIENTS_FILE. `client_secret_name` names a secret in Secrets Manager that login's role may read. Without it the client is public."
  type = list(object({
    client_id                 = string
    client_name               = string
    client_secret_name        = optional(string)
    grant_types               = set(string)
    redirect_uris             = optional(list(string), [])
    post_logout_redirect_uris = optional(list(string), [])
    scope                     = optional(string)
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for client in var.clients : can(regex("^[a-z][a-z0-9-]*$", client.client_id))])
    error_message = "clients: client_id is made of a-z, 0-9 and -, and begins with a letter."
  }

  validation {
    condition     = length(distinct(var.clients[*].client_id)) == length(var.clients)
    error_message = "clients: each client_id must be unique."
  }

  validation {
    condition     = alltrue([for client in var.clients : length(setsubtract(client.grant_types, ["authorization_code", "refresh_token", "client_credentials"])) == 0])
    error_message = "clients: grant_types are authorization_code, refresh_token and client_credentials."
  }

  validation {
    condition     = alltrue([for client in var.clients : length(client.redirect_uris) > 0 if contains(client.grant_types, "authorization_code")])
    error_message = "clients: authorization_code needs redirect_uris."
  }

  validation {
    condition     = alltrue([for client in var.clients : client.client_secret_name != null if contains(client.grant_types, "client_credentials")])
    error_message = "clients: client_credentials needs client_secret_name."
  }

  validation {
    condition     = alltrue([for client in var.clients : can(regex("^[A-Za-z0-9/_+=.@:-]{1,512}$", client.client_secret_name)) if client.client_secret_name != null])
    error_message = "clients: client_secret_name is the name or the ARN of a secret in Secrets Manager."
  }

  validation {
    condition = alltrue([
      for client in var.clients : contains(client.grant_types, "client_credentials") if contains(split(" ", coalesce(client.scope, "openid")), "internal")
    ])
    error_message = "clients: the scope internal needs client_credentials."
  }

  validation {
    condition     = alltrue([for client in var.clients : !strcontains(jsonencode(client), "{{")])
    error_message = "clients: `{{` is not allowed, because it would begin a template."
  }

  validation {
    condition = alltrue(flatten([
      for client in var.clients : [
        for uri in concat(client.redirect_uris, client.post_logout_redirect_uris) : can(regex("^https?://\\S+$", uri))
      ]
    ]))
    error_message = "clients: redirect_uris and post_logout_redirect_uris begin with https:// or http://."
  }
}

locals {
  # Names of the clients' secrets in the ExternalSecret.
  client_secrets = { for client in var.clients : client.client_id => "client_${replace(client.client_id, "-", "_")}" if client.client_secret_name != null }

  product_secret_keys = {
    "clients.json" = jsonencode({
      clients = [
        for client in var.clients : merge(
          { for key, value in client : key => value if key != "client_secret_name" && value != null },
          { for id, name in local.client_secrets : "client_secret" => "{{ .${name} }}" if id == client.client_id },
        )
      ]
    })
  }

  product_sources = [
    for client in var.clients :
    { secretKey = local.client_secrets[client.client_id], remoteRef = { key = client.client_secret_name } } if client.client_secret_name != null
  ]
}
