# Clients that login would refuse at its start. expected/manifests.yaml has the result of valid ones.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "a_client_twice" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = [] }, { client_id = "app", client_name = "App", grant_types = [] }]
  }

  expect_failures = [var.clients]
}

run "a_client_with_a_name_for_people" {
  command = plan

  variables {
    clients = [{ client_id = "My App", client_name = "App", grant_types = [] }]
  }

  expect_failures = [var.clients]
}

run "an_unknown_grant_type" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = ["implicit"] }]
  }

  expect_failures = [var.clients]
}

run "no_redirect_uri" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = ["authorization_code"] }]
  }

  expect_failures = [var.clients]
}

run "client_credentials_for_a_public_client" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = ["client_credentials"] }]
  }

  expect_failures = [var.clients]
}

run "a_secret_without_a_name" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", client_secret_name = "", grant_types = [] }]
  }

  expect_failures = [var.clients]
}

run "the_scope_internal_for_a_public_client" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = [], scope = "openid internal" }]
  }

  expect_failures = [var.clients]
}

run "a_redirect_to_a_path" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = [], redirect_uris = ["/callback"] }]
  }

  expect_failures = [var.clients]
}

run "a_redirect_into_the_template" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = [], redirect_uris = ["https://{{.owner}}/"] }]
  }

  expect_failures = [var.clients]
}

run "a_name_into_the_template" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "{{ .owner }}", grant_types = [] }]
  }

  expect_failures = [var.clients]
}
