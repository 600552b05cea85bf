# shellcheck shell=bash
# Applies a product's module to moto, a fake AWS, as its owner would: create, change, destroy, restore, destroy again.
# infra/terraform/test sets work and providers.

moto=

start_moto() {
  local server=${MOTO_SERVER:-moto_server} tries
  if ! command -v "$server" >/dev/null; then
    return 1
  fi
  local port=${MOTO_PORT:-5871}
  # The module uses a policy that AWS manages.
  MOTO_IAM_LOAD_MANAGED_POLICIES=true "$server" -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
  moto=$!
  export TF_VAR_endpoint=http://127.0.0.1:$port
  for ((tries = 0; tries < 300; tries++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 0; fi
    if ! kill -0 "$moto" 2>/dev/null; then break; fi
    sleep 0.1
  done
  cat "$work/moto.log" >&2
  stop_moto
  return 1
}

stop_moto() {
  if [ -z "$moto" ]; then return; fi
  kill "$moto" 2>/dev/null || true
  wait "$moto" 2>/dev/null || true
  moto=
}

# The first three: attributes that moto accepts but does not return, so that they would look like changes. They are not tested
# here. Deletion protection is off, as an owner turns it off by hand before a destroy.
gaps() {
  cat <<'TF'
resource "aws_db_parameter_group" "product" {
  lifecycle {
    ignore_changes = [parameter]
  }
}
resource "aws_vpc_security_group_ingress_rule" "database" {
  lifecycle {
    ignore_changes = [description]
  }
}
resource "aws_db_instance" "product" {
  deletion_protection = false
  lifecycle {
    ignore_changes = [snapshot_identifier, performance_insights_enabled, performance_insights_kms_key_id, performance_insights_retention_period]
  }
}
TF
}

# on COMMAND MODULE [OPTION…]: runs terraform on the fake AWS.
on() {
  local command=$1 folder=$2/tests/moto
  shift 2
  case $command in apply | destroy) set -- -auto-approve "$@" ;; esac
  terraform -chdir="$folder" "$command" -input=false -no-color "$@"
}

# A plan after an apply must be empty: exit code 0. Exit code 2 means changes.
nothing_to_change() {
  on plan "$1" -detailed-exitcode || { echo 'the second apply would fail or change a resource'; return 1; }
}

# Plans the example with a local backend. It needs moto, because the mocked provider has no ephemeral resources.
plan_example() {
  local folder=$1/examples/complete
  terraform -chdir="$1/tests/moto" output -json example >"$folder/test.auto.tfvars.json" || return 1
  printf 'terraform {\n  backend "local" {}\n}\n' >"$folder/backend_override.tf"
  terraform -chdir="$folder" init -plugin-dir="$providers" -input=false -no-color &&
    AWS_ENDPOINT_URL=$TF_VAR_endpoint AWS_ACCESS_KEY_ID=fake AWS_SECRET_ACCESS_KEY=fake \
      terraform -chdir="$folder" plan -input=false -no-color
}

apply_twice() {
  local folder=$1/tests/moto
  on apply "$1" && nothing_to_change "$1" && on apply "$1" || return 1
  terraform -chdir="$folder" output -raw values_yaml >"$work/values.yaml" || return 1
  terraform -chdir="$folder" output -raw secret_manifests_yaml >"$work/manifests.yaml" || return 1
  if grep -qE '"(secret_string|password)(_wo)?": *"[^"]+"' "$folder/terraform.tfstate"; then
    echo 'a value of a secret is in the state'
    return 1
  fi
  if command -v helm >/dev/null; then chart "$1" "$work/values.yaml" "$work/manifests.yaml" || return 1; fi
  plan_example "$1"
}

# The module waits for a resource that changes: its data sources are unknown in the plan, and nothing may be replaced for that.
wait_for_another() {
  on plan "$1" -var round=2 -out="$work/plan" || return 1
  if terraform -chdir="$1/tests/moto" show -json "$work/plan" | grep -q '"actions":\[[^]]*"delete"'; then
    echo 'a resource would be replaced because the module has depends_on'
    return 1
  fi
}

# The same product and environment in another region of the account, while it exists in the first.
second_region() {
  local other=(-state=other.tfstate -var region=us-east-1 -var protect_data=false)
  on apply "$1" "${other[@]}" && on destroy "$1" "${other[@]}"
}

# Secrets and the final snapshot stay in the account.
destroy() {
  terraform -chdir="$1/tests/moto" output -raw final_snapshot >"$work/final_snapshot" && on destroy "$1"
}

# Creates the product again with the data of the snapshot, then without naming it, and destroys it again.
second_life() {
  on apply "$1" -var "restore={snapshot=\"$(cat "$work/final_snapshot")\"}" || return 1
  on plan "$1" -out="$work/plan" || return 1
  if terraform -chdir="$1/tests/moto" show -json "$work/plan" | grep -q '"type":"aws_db_instance"[^}]*"actions":\[[^]]*"delete"'; then
    echo 'the database would be replaced when the snapshot is no longer named'
    return 1
  fi
  on apply "$1" && nothing_to_change "$1" && destroy "$1"
}
