# shellcheck shell=bash disable=SC2154
# The parts that check and run the code.

has() { command -v "$1" >/dev/null 2>&1; }

target=${CARGO_TARGET_DIR:-$PWD/target}

# Installs the tools of the tests with the command in TEST_TOOLS.
part_tools() { "$TEST_TOOLS"; }

part_format() { cargo fmt --all --check; }

part_lint() { cargo clippy --workspace --all-targets --locked --quiet -- --deny warnings; }

part_deny() {
  local tool
  tool=$(scripts/cargo-tool cargo-deny) || return 1
  # Warnings fail, which finds unused exceptions in deny.toml.
  "$tool" --log-level error check --deny warnings bans licenses sources || return 1
  if "$tool" --log-level error fetch db >target/deny.log 2>&1; then
    "$tool" --log-level error check advisories
  else
    note='advisories not checked: cannot fetch their database'
    printf 'SKIPPED %s\n' "$note"
  fi
}

part_proto() {
  local buf=(buf)
  if ! has buf; then
    if ! has npx; then
      note='buf is missing: https://buf.build/docs/installation, or install Node.js'
      return "$SKIPPED"
    fi
    buf=(npx --yes --package @bufbuild/buf@1.75.0 buf)
  fi
  "${buf[@]}" lint proto
}

part_shell() {
  tests/scripts/run || return 1
  tests/scripts/portable || return 1
  tests/scripts/cluster/run || return 1
  if ! has shellcheck; then
    note='shellcheck is missing: apt-get install shellcheck | dnf install ShellCheck | brew install shellcheck'
    return "$SKIPPED"
  fi
  local scripts=() file
  for file in scripts/* .ci/run .ci/tools .ci/cluster infra/*/test services/*/pipeline/*.sh tests/pipeline/run tests/pipeline/stub tests/scripts/run tests/scripts/portable tests/scripts/cluster/run tests/scripts/cluster/stub tests/scripts/cluster/bsd; do
    if [ -f "$file" ]; then scripts+=("$file"); fi
  done
  shellcheck --severity=style --external-sources "${scripts[@]}"
}

# Compiles all tests with the crates that the other parts select: another selection would compile the dependencies again.
part_build() { cargo test --locked "${packages[@]}" --no-run; }

part_sql() { scripts/sqlx-prepare --check; }

# Runs a command with a temporary Postgres and broker.
with_stores() {
  if [ -x "${DEVSTACK_PROGRAM:-}" ]; then
    "$DEVSTACK_PROGRAM" stores -- "$@"
  else
    cargo run --quiet --locked --package devstack -- stores -- "$@"
  fi
}

# Names of tests that need a running system, a cluster or kubeconform, and therefore run in other parts.
elsewhere=(whole_system:: every_alert_fires on_a_cluster:: manifests::every_)

part_code() {
  local name skip=()
  for name in "${elsewhere[@]}"; do skip+=(--skip "$name"); done
  with_stores cargo test --locked "${packages[@]}" --no-fail-fast -- "${skip[@]}" || return 1
  if ! has java; then note='Java is missing: tests that need a real Kafka were skipped, each with a line SKIPPED'; fi
}

# Runs the tests of one product.
test_product() { with_stores cargo test --locked --package "$1" --no-fail-fast; }
