# shellcheck shell=bash disable=SC2034,SC2154
# The parts that run the whole system: on this machine, and on a cluster.

has_browser() {
  if has chromedriver && { has chromium || has google-chrome || has chromium-browser; }; then return; fi
  note='chromedriver is missing: apt-get install chromium chromium-driver | dnf install chromium chromedriver | brew install --cask chromium chromedriver'
  return "$SKIPPED"
}

# with_system FOLDER OFFSET UP-OPTION… -- COMMAND…: starts a separate system, with its own data and ports, and runs the command.
with_system() {
  local status=0 folder=$1 up=(--port-offset "$2")
  shift 2
  while [ "$1" != -- ]; do up+=("$1"); shift; done
  shift
  export DEVSTACK_DATA=$PWD/target/$folder DEVSTACK_CACHE=${DEVSTACK_CACHE:-$PWD/.data/cache}
  trap 'scripts/down || echo "scripts/down failed"' EXIT
  scripts/up --no-build --fresh --detach "${up[@]}" || return 1
  "$@" || status=1
  trap - EXIT
  scripts/down || status=1
  return $status
}

part_e2e() {
  has_browser || return
  with_system e2e 1000 --replicas 2 -- \
    env -u CLUSTER_CONTEXT cargo test --locked --workspace --test e2e -- --test-threads=1 --nocapture
}

part_faults() {
  if ! has prometheus; then
    note='prometheus is missing: apt-get install prometheus (and stop the server that comes with it: it takes port 9090) | brew install prometheus'
    return "$SKIPPED"
  fi
  # ad compares its figures every few seconds instead of every five minutes and every night.
  export AD_INDEX_COMPARE_SECONDS=5 AD_RECONCILE_SECONDS=5
  with_system faults 3000 -- cargo test --locked --workspace --test alerts -- --nocapture
}

# Builds the images that IMAGE_COMPILED names, because compiling takes long.
part_images() {
  local products
  read -r -a products <<<"$IMAGE_COMPILED"
  scripts/cluster build "${products[@]}"
}

# Starts a cluster by the command that TEST_CLUSTER names. The command prints the variables to export.
part_platform() {
  local status=0
  "$TEST_CLUSTER" >"$outputs/cluster.env" || status=$?
  if [ "$status" -ne 0 ]; then
    note=$(tail -n 1 "$outputs/cluster.env")
    rm -f "$outputs/cluster.env"
  fi
  return "$status"
}

# Selects the cluster: the one of CLUSTER_CONTEXT, or the one that the part platform has started.
reach_cluster() {
  if ! has kubectl || ! has helm; then
    note='kubectl or helm is missing: scripts/cluster doctor'
    return "$SKIPPED"
  fi
  if [ -n "${TEST_CLUSTER:-}" ]; then
    if [ ! -f "$outputs/cluster.env" ]; then
      note='not run: no cluster was started'
      return "$SKIPPED"
    fi
    # shellcheck source=/dev/null
    . "$outputs/cluster.env"
  fi
  CLUSTER_CONTEXT=$(scripts/cluster context) || return 1
  export CLUSTER_CONTEXT
}

# Runs the tests that wait for the cluster most of the time.
part_cluster() {
  local product
  ignore_missing_schemas
  reach_cluster || return
  scripts/cluster up || return 1
  for product in services/*/chart; do
    product=$(basename "$(dirname "$product")")
    helm --kube-context "$CLUSTER_CONTEXT" test "$product" --namespace "$product" --logs || return 1
  done
  cargo test --locked --workspace --test cluster -- on_a_cluster:: --skip autoscaling:: --test-threads=1 --nocapture
}

# Runs the tests that put load on the cluster. They fail on a busy machine, so nothing else runs meanwhile.
part_rollout() {
  if is_in cluster "${wanted[@]}" && [ "$(result_of cluster)" != passed ]; then
    note='not run: the part cluster did not pass'
    return "$SKIPPED"
  fi
  if [ -n "${TEST_LAST_START:-}" ] && [ "$SECONDS" -gt "$TEST_LAST_START" ]; then
    note="not started after $((SECONDS / 60)) minutes"
    return "$SKIPPED"
  fi
  reach_cluster || return
  # One test at a time: each of them changes the state that the others check.
  if has_browser; then
    cargo test --locked --workspace --test e2e -- --test-threads=1 --nocapture || return 1
  else
    note="e2e skipped: $note"
    printf 'SKIPPED %s\n' "$note"
  fi
  cargo test --locked --workspace --test cluster -- on_a_cluster::autoscaling:: --nocapture || return 1
  cargo test --locked --workspace --test rollout -- on_a_cluster::without_drain --nocapture || return 1
  scripts/cluster measure -- cargo test --locked --workspace --test rollout -- on_a_cluster::nobody_notices --nocapture
}
