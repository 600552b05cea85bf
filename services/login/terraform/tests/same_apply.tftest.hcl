# Input that the same apply creates.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "subnets_of_the_same_apply" {
  command = plan

  module {
    source = "./tests/same_apply"
  }
}
