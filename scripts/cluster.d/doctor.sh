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
  if is_clone; then tool git 'apt-get install git' 'dnf install git' 'xcode-select --install'; fi
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
    elif [ "$context" = "kind-$cluster_name" ] && run_kind get clusters 2>/dev/null | grep -xF "$cluster_name" >/dev/null; then
      missing "the kind cluster $cluster_name exists, but does not answer: $(engine) start $cluster_name-control-plane, or scripts/cluster down to start anew"
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
  local tool why
  if why=$(choose_builder 2>&1); then
    choose_builder
    ok "${builder%% *} builds images for $architecture"
    for tool in docker podman; do
      why=$(why_not "$tool")
      if has "$tool" && [ -n "$why" ]; then warn "$why"; fi
    done
  else
    missing "${why#scripts/cluster: }"
    say '         Debian/Ubuntu: apt-get install docker.io docker-buildx | Fedora: dnf install podman | macOS: brew install --cask docker'
  fi
  case $context in
    '' | kind-* | "$cluster_name" | minikube | docker-desktop | orbstack | rancher-desktop) ;;
    *) if [ -z "${IMAGE_LOADER:-}" ]; then missing "IMAGE_LOADER: set it to a command that loads images into the cluster of $context"; fi ;;
  esac
}

doctor_ports() {
  local product port
  if [ ! -x "${DEVSTACK_PROGRAM:-}" ] && ! scripts/prerequisites >/dev/null 2>&1; then return; fi
  read_products
  for product in $(forwarded); do
    port=$(browser_port "$product")
    if is_taken "$port"; then missing "port $port is in use on this machine, and $product needs it (scripts/down?)"; fi
  done
}

doctor_cluster() {
  local minor allocatable
  minor=$(server_version | sed -n 's/^v1\.\([0-9]*\).*/\1/p')
  if [ "${minor:-0}" -ge 29 ]; then ok "Kubernetes 1.$minor"; else missing "Kubernetes 1.29 or newer: this is 1.${minor:-?}"; fi
  if [ -n "$architecture" ]; then
    if minor=$( (need_architecture) 2>&1); then ok "nodes run images for $architecture"; else missing "${minor#scripts/cluster: }"; fi
  fi
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

# Prints what is wrong in a namespace; nothing when all is well. A query that fails is wrong, too.
problems() { # NAMESPACE
  local workloads name replicas
  workloads=$(k get deployments,statefulsets --namespace "$1" --output 'go-template={{ range .items }}{{ .kind }}/{{ .metadata.name }} {{ .spec.replicas }}{{ "\n" }}{{ end }}' 2>&1) ||
    { printf '%s\n' "$workloads"; return; }
  unready_pods "$1"
  while read -r name replicas; do
    if [ "$replicas" = 0 ]; then
      printf '%s is scaled to 0 pods\n' "$name"
    elif [ -n "$name" ]; then
      k rollout status "$name" --namespace "$1" --watch=false 2>&1 | grep -vE 'successfully rolled out|complete' || true
    fi
  done <<<"$workloads"
  case $1 in
    kafka) if ! kafka_is_ready; then printf 'no Kafka is ready\n'; fi ;;
    demo) k get job seed --namespace demo --ignore-not-found --output 'jsonpath={range .status.conditions[?(@.type=="Failed")]}the job seed has failed{"\n"}{end}' 2>&1 || true ;;
    *) product_problems "$1" "$workloads" ;;
  esac
}

unready_pods() { # NAMESPACE
  k get pods --namespace "$1" --no-headers 2>/dev/null |
    awk '{ split($2, r, "/") } $3 != "Completed" && $3 != "Error" && r[1] != r[2] { printf "not ready: %s (%s, %s restarts)\n", $1, $3, $4 }' || true
}

product_problems() { # PRODUCT WORKLOADS
  local latest
  case $2 in *"Deployment/$1 "*) ;; *) printf 'it has no Deployment\n' ;; esac
  latest=$(revision "$1" 2>&1) || true
  case $latest in *' deployed') ;; *) printf 'its release is not deployed: %s\n' "${latest:-there is none}" ;; esac
}

# Shows why pods are missing or not ready.
show_events() { # NAMESPACE
  k get events --namespace "$1" --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 4 | sed 's/^/         /' || true
}

doctor_pods() {
  local namespace found job
  kafka=$(kafka_there)
  for namespace in kafka $(products) demo; do
    if ! found=$(k get namespace "$namespace" --ignore-not-found --output name 2>&1); then missing "$namespace: $found"; continue; fi
    if [ -z "$found" ]; then warn "$namespace is not installed: scripts/cluster up"; continue; fi
    found=$(problems "$namespace")
    job=$(migrate_jobs "$namespace" "$not_succeeded" 2>/dev/null) || job=''
    if [ -n "$found" ]; then
      while IFS= read -r found; do missing "$namespace: $found"; done <<<"$found"
      show_events "$namespace"
    elif [ -z "$job" ]; then
      ok "$namespace: $(progress "$namespace" || true)"
    fi
    if [ -n "$job" ]; then
      missing "$namespace: migrate has not succeeded, so schema or topics are missing; the end of its log:"
      k logs --namespace "$namespace" "job/${job%%[[:space:]]*}" --tail 3 2>/dev/null | sed 's/^/         /' || true
    fi
  done
  if [ -n "${memory:-}" ] && [ -f "$memory/forward.pid" ] && ! forwards_run; then
    missing 'the port-forwards have ended: scripts/cluster up restarts them'
  fi
}
