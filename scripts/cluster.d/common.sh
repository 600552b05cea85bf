# shellcheck shell=bash
# Shared by all commands of scripts/cluster: messages, the cluster, and its state folder on this machine.

cluster_name=devops-practice

say() { printf '%s\n' "$*"; }
fail() { # STATUS MESSAGE
  printf 'scripts/cluster: %s\n' "$2" >&2
  exit "$1"
}
has() { command -v "$1" >/dev/null 2>&1; }
k() { kubectl --context "$context" "$@"; }
h() { helm --kube-context "$context" "$@"; }

need_tools() { # TOOL…
  local tool missing=''
  for tool in "$@"; do has "$tool" || missing="$missing $tool"; done
  if [ -n "$missing" ]; then fail 69 "missing:$missing (scripts/cluster doctor prints how to install them)"; fi
}

# The names of the products: the names of their folders.
products() {
  local file
  for file in services/*/product.toml; do basename "$(dirname "$file")"; done
}

# devstack ARGUMENT…: builds devstack when its sources have changed, and runs it. DEVSTACK_PROGRAM names a compiled
# program to run instead.
devstack() {
  if [ -x "${DEVSTACK_PROGRAM:-}" ]; then "$DEVSTACK_PROGRAM" "$@"; else cargo run --quiet --locked --package devstack -- "$@"; fi
}

# Sets `product_table`, a line for each product: name, HTTP port, variable of its client secret, with tabs between.
read_products() {
  if [ ! -x "${DEVSTACK_PROGRAM:-}" ]; then
    need_tools cargo
    scripts/prerequisites || exit 69
  fi
  product_table=$(devstack products) || fail 1 'devstack cannot read the products: its message is above'
}

# column PRODUCT NUMBER: a column of `product_table`.
column() { printf '%s\n' "$product_table" | awk -F '\t' -v product="$1" -v number="$2" '$1 == product { print $number }'; }

# port PRODUCT: the port in a browser.
port() { column "$1" 2; }

# secret_variable PRODUCT: the variable of its secret as a client of login; empty for a product that is no client.
secret_variable() { column "$1" 3; }

# sha256 [FILE…]: SHA-256 of files, or of the standard input, by the tool that is installed.
sha256() { if has sha256sum; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# hash_of: a short hash of the standard input.
hash_of() { sha256 | cut -c 1-12; }

# digests: the hash and the name of each file in the list on the standard input.
digests() {
  local file files=()
  while IFS= read -r file; do files+=("$file"); done
  sha256 "${files[@]}"
}

made_by_us() { case $context in kind-"$cluster_name" | "$cluster_name") return 0 ;; *) return 1 ;; esac; }

# Sets `context` when none was given.
choose_context() {
  if [ -n "$context" ]; then return; fi
  if has kind; then
    context=kind-$cluster_name
  elif has minikube; then
    context=$cluster_name
  else
    fail 69 'no cluster: install kind or minikube, or give a context of kubectl with --context (scripts/cluster doctor)'
  fi
}

# The version of Kubernetes, such as v1.34.0.
server_version() { k version 2>/dev/null | sed -n 's/^Server Version: //p'; }

reachable() { k get --raw /readyz --request-timeout 10s >/dev/null 2>&1; }

# Sets `memory`, the folder that stores the state of this cluster between runs.
choose_memory() { memory=${CLUSTER_DATA:-$root/.data/cluster}/$(printf '%s' "$context" | tr -c 'A-Za-z0-9.-' '_'); }

# Makes a folder that only this account may enter. The folders above it stay open: Postgres may run in .data as another account.
private_folder() {
  mkdir -p "$(dirname "$1")"
  (umask 077 && mkdir -p "$1")
}

# Clears the folder when the cluster was replaced, which its id shows. The folder holds secrets.
remember() {
  local id
  choose_memory
  id=$(k get namespace kube-system -o 'jsonpath={.metadata.uid}')
  if [ "$(cat "$memory/id" 2>/dev/null)" != "$id" ]; then
    stop_forwards
    rm -rf "$memory"
    private_folder "$memory"
    printf '%s\n' "$id" >"$memory/id"
  fi
}

# Allows one `up` or `down` at a time, since two would use each other's incomplete objects.
lock() {
  local other
  choose_memory
  private_folder "$(dirname "$memory")"
  if ! mkdir "$memory.lock" 2>/dev/null; then
    other=$(cat "$memory.lock/pid" 2>/dev/null || true)
    if [ -z "$other" ] || is_ours "$other" cluster; then
      fail 75 "another scripts/cluster${other:+ (process $other)} is working on $context: wait for it; if none is running, rm -r $memory.lock"
    fi
  fi
  printf '%s\n' $$ >"$memory.lock/pid"
  trap 'rm -rf "$memory.lock"' EXIT
}

# is_ours PID COMMAND: whether the process runs that command. After a reboot, another process may have the pid.
is_ours() {
  # Not grep -q: it ends before it has read everything, so that the command before it can fail.
  kill -0 "$1" 2>/dev/null && { ! has ps || ps -p "$1" -o args= 2>/dev/null | grep -F "$2" >/dev/null; }
}

# Fails unless the cluster answers.
find_cluster() {
  need_tools kubectl
  choose_context
  if ! reachable; then fail 69 "context $context does not answer: scripts/cluster up, or scripts/cluster doctor"; fi
  remember
}

# Creates the cluster if it is missing and named by us.
ensure_cluster() {
  if ! reachable; then
    case $context in
      kind-"$cluster_name") make_kind ;;
      "$cluster_name")
        need_tools minikube
        # minikube's default network does not enforce network policies.
        minikube start --profile "$cluster_name" --cni calico --memory 3g ||
          fail 1 'minikube failed to start a cluster: its output is above; scripts/cluster down removes the rest of it'
        ;;
      *) fail 69 "context $context does not answer (kubectl config get-contexts lists the contexts)" ;;
    esac
    reachable || fail 1 "the cluster of context $context has started, but does not answer: run scripts/cluster up again, or scripts/cluster down"
  fi
  remember
}

# engine: the tool whose containers are kind's nodes. kind itself takes docker wherever its client is installed, also when no
# daemon answers.
engine() {
  if [ -n "${KIND_EXPERIMENTAL_PROVIDER:-}" ]; then
    printf '%s' "$KIND_EXPERIMENTAL_PROVIDER"
  elif { ! answers_builder docker || is_podman docker; } && answers_builder podman; then
    printf podman
  else
    printf docker
  fi
}

provider=''
run_kind() {
  if [ -z "$provider" ]; then provider=$(engine); fi
  if [ "$provider" = podman ]; then KIND_EXPERIMENTAL_PROVIDER=podman kind "$@"; else kind "$@"; fi
}

make_kind() {
  local known
  need_tools kind
  known=$(run_kind get clusters 2>&1) || fail 69 "kind does not work: $(printf '%s' "$known" | tail -n 1) (is Docker running? scripts/cluster doctor)"
  if printf '%s\n' "$known" | grep -xF "$cluster_name" >/dev/null; then
    # The context may be missing, for example with another KUBECONFIG.
    run_kind export kubeconfig --name "$cluster_name" >/dev/null 2>&1 || true
    reachable || fail 69 "the kind cluster $cluster_name exists, but does not answer: $(engine) start $cluster_name-control-plane, or scripts/cluster down to start anew"
    return
  fi
  need_free_ports
  run_kind create cluster --config k8s/kind.yaml ||
    fail 1 'kind failed to create a cluster: its output is above; scripts/cluster down removes the rest of it'
}
