# Clients that login itself would refuse when it starts. What it is given of good ones is in expected/manifests.yaml.

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

run "a_grant_that_login_lacks" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = ["implicit"] }]
  }

  expect_failures = [var.clients]
}

run "nowhere_to_send_people_back_to" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = ["authorization_code"] }]
  }

  expect_failures = [var.clients]
}

run "a_public_client_that_acts_for_itself" {
  command = plan

  variables {
    clients = [{ client_id = "app", client_name = "App", grant_types = ["client_credentials"] }]
  }

  expect_failures = [var.clients]
}

run "every_tenant_for_a_public_client" {
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
