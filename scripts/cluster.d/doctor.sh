# shellcheck shell=bash
# Reports missing tools and other problems, and how to solve them. Each line begins with ok, warn or MISSING.

doctor_failed=0
ok() { printf 'ok       %s\n' "$*"; }
warn() { printf 'warn     %s\n' "$*"; }
missing() { printf 'MISSING  %s\n' "$*"; doctor_failed=1; }

# tool COMMAND DEBIAN FEDORA MACOS: whether it is installed, and how to install it.
tool() {
  if has "$1"; then ok "$1: $(command -v "$1")"; else missing "$1: Debian/Ubuntu: $2 | Fedora: $3 | macOS: $4"; fi
}

cluster_doctor() {
  tool kubectl 'https://kubernetes.io/docs/tasks/tools' 'dnf install kubernetes-client' 'brew install kubectl'
  tool helm 'https://helm.sh/docs/intro/install' 'dnf install helm' 'brew install helm'
  tool curl 'apt-get install curl' 'dnf install curl' 'brew install curl'
  doctor_builder
  doctor_devstack
  if [ -z "$context" ] && ! has kind && ! has minikube; then
    missing 'a cluster: kind (https://kind.sigs.k8s.io) or minikube (https://minikube.sigs.k8s.io), macOS: brew install kind; or --context NAME'
    return 1
  fi
  choose_context
  if ! has kubectl || ! reachable; then
    if ! made_by_us; then
      missing "context $context does not answer (kubectl config get-contexts lists the contexts)"
    elif [ "$context" = "kind-$cluster_name" ] && kind get clusters 2>/dev/null | grep -xF "$cluster_name" >/dev/null; then
      missing "the kind cluster $cluster_name exists, but does not answer: docker start $cluster_name-control-plane, or scripts/cluster down to start anew"
    else
      ok "cluster $context: missing or stopped: scripts/cluster up creates it"
      doctor_ports
    fi
    return "$doctor_failed"
  fi
  ok "cluster $context answers"
  remember
  doctor_cluster
  doctor_pods
  return "$doctor_failed"
}

# This machine needs cargo to build devstack.
doctor_devstack() {
  local lines line
  if [ -x "${DEVSTACK_PROGRAM:-}" ]; then ok "devstack: $DEVSTACK_PROGRAM"; return; fi
  if lines=$(scripts/prerequisites 2>&1); then ok "cargo: $(command -v cargo)"; return; fi
  while IFS= read -r line; do missing "to build devstack: $line"; done <<<"$lines"
}

doctor_builder() {
  local tool
  if [ -n "${IMAGE_BUILDER:-}" ]; then tool=${IMAGE_BUILDER%% *}; else
    for tool in docker podman buildah none; do if has "$tool"; then break; fi; done
  fi
  case $tool in
    none) missing 'an image builder: docker, podman or buildah. Debian/Ubuntu: apt-get install docker.io docker-buildx | Fedora: dnf install podman | macOS: brew install --cask docker' ;;
    docker)
      if docker info >/dev/null 2>&1; then ok 'docker answers'; else missing 'docker is installed, but its daemon does not answer: start Docker, or add your user to the group docker'; fi
      if ! docker buildx version >/dev/null 2>&1; then missing 'docker buildx, which the Dockerfiles need: Debian/Ubuntu: apt-get install docker-buildx'; fi
      ;;
    *) if has "$tool"; then ok "$tool builds images"; else missing "$tool, which IMAGE_BUILDER names"; fi ;;
  esac
  case $context in
    '' | kind-* | "$cluster_name" | minikube | docker-desktop | orbstack | rancher-desktop) ;;
    *) if [ -z "${IMAGE_LOADER:-}" ]; then missing "IMAGE_LOADER: set it to a command that loads images into the cluster of $context"; fi ;;
  esac
}

doctor_ports() {
  local product
  if [ ! -x "${DEVSTACK_PROGRAM:-}" ] && ! scripts/prerequisites >/dev/null 2>&1; then return; fi
  read_products
  for product in $(products); do
    if is_taken "$(port "$product")"; then missing "port $(port "$product") is in use on this machine, and $product needs it (scripts/down?)"; fi
  done
}

doctor_cluster() {
  local minor allocatable
  minor=$(server_version | sed -n 's/^v1\.\([0-9]*\).*/\1/p')
  if [ "${minor:-0}" -ge 29 ]; then ok "Kubernetes 1.$minor"; else missing "Kubernetes 1.29 or newer: this is 1.${minor:-?}"; fi
  if k get storageclass --output 'jsonpath={.items[*].metadata.annotations}' | grep 'is-default-class":"true' >/dev/null; then
    ok 'a default StorageClass'
  else
    missing 'a default StorageClass: Postgres and Kafka need volumes'
  fi
  if k top nodes >/dev/null 2>&1; then ok 'metrics'; else warn 'no metrics (yet): autoscalers and scripts/cluster measure need metrics-server'; fi
  allocatable=$(k get nodes --output 'jsonpath={.items[*].status.allocatable.memory}')
  case ${allocatable%% *} in
    *Ki) if [ "$((${allocatable%%Ki*} / 1024))" -lt 2500 ]; then warn "the node has ${allocatable%% *} of memory: 2.5 GiB or more is comfortable"; fi ;;
  esac
  if k get pods --namespace kube-system --no-headers 2>/dev/null | grep -E 'calico|cilium|kindnet|antrea|weave|kube-router' >/dev/null; then
    ok 'network policies are enforced'
  else
    warn 'no known network plugin that enforces network policies: they may be ignored (scripts/test cluster checks them)'
  fi
}

# Prints the migrate Job of a product that has not succeeded.
unmigrated() {
  k get jobs --namespace "$1" --selector "app.kubernetes.io/instance=$1" --no-headers 2>/dev/null | awk '$2 !~ /^Complete/ { print $1; exit }'
}

doctor_pods() {
  local namespace bad
  for namespace in kafka $(products); do
    if ! k get namespace "$namespace" >/dev/null 2>&1; then
      warn "$namespace is not installed: scripts/cluster up"
      continue
    fi
    bad=$(k get pods --namespace "$namespace" --no-headers | awk '{ split($2, r, "/") } $3 != "Completed" && $3 != "Error" && r[1] != r[2] { printf "%s%s (%s, %s restarts)", sep, $1, $3, $4; sep = ", " }')
    if [ -z "$bad" ] && [ -n "$(unmigrated "$namespace")" ]; then
      missing "$namespace: migrate has not succeeded, so schema or topics are missing; the end of its log:"
      k logs --namespace "$namespace" "job/$(unmigrated "$namespace")" --tail 3 2>/dev/null | sed 's/^/         /'
    elif [ -n "$bad" ]; then
      missing "$namespace: not ready: $bad"
      k get events --namespace "$namespace" --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 4 | sed 's/^/         /'
    else
      ok "$namespace: $(progress "$namespace")"
    fi
  done
  if [ -n "${memory:-}" ] && [ -f "$memory/forward.pid" ] && ! forwards_run; then
    missing 'the port-forwards have ended: scripts/cluster up restarts them'
  fi
}
