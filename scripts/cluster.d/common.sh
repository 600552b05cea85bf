# shellcheck shell=bash
# What all commands of scripts/cluster share: messages, the cluster, and what is remembered of it.

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
  if [ -n "$missing" ]; then fail 69 "missing:$missing (scripts/cluster doctor says how to get them)"; fi
}

# The products, by their folders.
products() {
  local file
  for file in services/*/product.toml; do basename "$(dirname "$file")"; done
}

# toml FILE SECTION KEY: a value that stands on one line; "" is the part before the first section.
toml() {
  awk -v section="$2" -v key="$3" '
    /^\[/ { here = $0; sub(/^\[/, "", here); sub(/\].*/, "", here); next }
    here == section {
      name = $0; sub(/ *=.*/, "", name); gsub(/"/, "", name)
      if (name == key) { sub(/^[^=]*= */, ""); sub(/ *#.*/, ""); print; exit }
    }' "$1"
}

# port PRODUCT: where it is reached in a browser.
port() { toml "services/$1/product.toml" ports http; }
node_port() { printf '%d' $(($(port "$1") - 8000 + 30000)); }

# hash_of: of what comes in, by whichever tool there is.
hash_of() {
  if has sha256sum; then sha256sum; else shasum -a 256; fi | cut -c 1-12
}

made_by_us() { case $context in kind-"$cluster_name" | "$cluster_name") return 0 ;; *) return 1 ;; esac; }

# Which cluster it is, when none was named.
choose_context() {
  if [ -n "$context" ]; then return; fi
  if has kind; then
    context=kind-$cluster_name
  elif has minikube; then
    context=$cluster_name
  else
    fail 69 'no cluster: install kind or minikube, or name a context of kubectl with --context (scripts/cluster doctor)'
  fi
}

reachable() { k get --raw /readyz --request-timeout 10s >/dev/null 2>&1; }

# Sets `memory`, the folder for what is remembered of this context's cluster.
choose_memory() { memory=${CLUSTER_DATA:-$root/.data/cluster}/$(printf '%s' "$context" | tr -c 'A-Za-z0-9.-' '_'); }

# A cluster that was made anew has another id: what was remembered was of the one before. Some of it is secret.
remember() {
  local id
  choose_memory
  id=$(k get namespace kube-system -o 'jsonpath={.metadata.uid}')
  if [ "$(cat "$memory/id" 2>/dev/null)" != "$id" ]; then
    stop_forwards
    rm -rf "$memory"
    (umask 077 && mkdir -p "$memory")
    printf '%s\n' "$id" >"$memory/id"
  fi
}

# One `up` or `down` at a time: two would take each other's half-made things for their own.
lock() {
  local other
  choose_memory
  (umask 077 && mkdir -p "$(dirname "$memory")")
  if ! mkdir "$memory.lock" 2>/dev/null; then
    other=$(cat "$memory.lock/pid" 2>/dev/null || true)
    if [ -z "$other" ] || is_ours "$other" cluster; then
      fail 75 "another scripts/cluster${other:+ (process $other)} is at work on $context: wait for it, or, if there is none, rm -r $memory.lock"
    fi
  fi
  printf '%s\n' $$ >"$memory.lock/pid"
  trap 'rm -rf "$memory.lock"' EXIT
}

# A process that is there, and is what we take it for: after a restart of the machine the number may be another's.
is_ours() { # PID COMMAND
  kill -0 "$1" 2>/dev/null && { ! has ps || ps -p "$1" -o args= 2>/dev/null | grep -qF "$2"; }
}

# The cluster that is there.
find_cluster() {
  need_tools kubectl
  choose_context
  if ! reachable; then fail 69 "context $context does not answer: scripts/cluster up, or scripts/cluster doctor"; fi
  remember
}

# The cluster, made when it is ours to make.
ensure_cluster() {
  if ! reachable; then
    case $context in
      kind-"$cluster_name") make_kind ;;
      "$cluster_name")
        need_tools minikube
        # The default network of minikube does not enforce network policies.
        minikube start --profile "$cluster_name" --cni calico --memory 3g ||
          fail 1 'minikube could not start a cluster: what it says is above; scripts/cluster down removes what is left of it'
        ;;
      *) fail 69 "context $context does not answer (kubectl config get-contexts shows what there is)" ;;
    esac
    reachable || fail 1 "the cluster of context $context has started, but does not answer: scripts/cluster up again, or scripts/cluster down"
  fi
  remember
}

make_kind() {
  local known
  need_tools kind
  known=$(kind get clusters 2>&1) || fail 69 "kind can't be used: $(printf '%s' "$known" | tail -n 1) (is Docker running? scripts/cluster doctor)"
  if printf '%s\n' "$known" | grep -qxF "$cluster_name"; then
    # Its context may be missing, as with another KUBECONFIG.
    kind export kubeconfig --name "$cluster_name" >/dev/null 2>&1 || true
    reachable || fail 69 "the kind cluster $cluster_name is there, but does not answer: docker start $cluster_name-control-plane, or scripts/cluster down to begin anew"
    return
  fi
  need_free_ports
  kind create cluster --config k8s/kind.yaml ||
    fail 1 'kind could not make a cluster: what it says is above; scripts/cluster down removes what is left of it'
}
