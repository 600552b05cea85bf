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

reachable() { k get --raw /readyz >/dev/null 2>&1; }

# Sets `memory`, the folder for what is remembered of this cluster. One that was made anew has another id.
remember() {
  local id
  id=$(k get namespace kube-system -o 'jsonpath={.metadata.uid}')
  memory=${CLUSTER_DATA:-$root/.data/cluster}/$(printf '%s' "$context" | tr -c 'A-Za-z0-9.-' '_')
  if [ "$(cat "$memory/id" 2>/dev/null)" != "$id" ]; then
    stop_forwards
    rm -rf "$memory"
    mkdir -p "$memory"
    printf '%s\n' "$id" >"$memory/id"
  fi
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
  need_tools kubectl helm
  choose_context
  if ! reachable; then
    case $context in
      kind-"$cluster_name")
        need_tools kind
        need_free_ports
        kind create cluster --config k8s/kind.yaml
        ;;
      "$cluster_name")
        need_tools minikube
        # The default network of minikube does not enforce network policies.
        minikube start --profile "$cluster_name" --cni calico --memory 3g
        ;;
      *) fail 69 "context $context does not answer (kubectl config get-contexts shows what there is)" ;;
    esac
  fi
  remember
}
