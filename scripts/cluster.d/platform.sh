# shellcheck shell=bash
# The platform that the products need, and the commands `up` and `down`.

# apply NAME: applies the manifests on the standard input; NAME is for the error message.
apply() {
  k apply --server-side --force-conflicts --field-manager scripts-cluster -f - >>"$memory/platform.log" 2>&1 || {
    tail -n 20 "$memory/platform.log" >&2
    fail 1 "kubectl failed to apply $1: its output is above"
  }
}

# Prints the kind of Kafka in the cluster: small, strimzi, or nothing.
kafka_there() {
  if k get statefulset kafka --namespace kafka >/dev/null 2>&1; then
    printf small
  elif k get kafkas.kafka.strimzi.io kafka --namespace kafka >/dev/null 2>&1; then
    printf strimzi
  fi
}

# Sets `kafka`. The kind of an existing cluster cannot change: events would be lost, and consumers' offsets would be wrong.
choose_kafka() {
  local there
  there=$(kafka_there)
  kafka=${kafka:-${there:-small}}
  if [ -n "$there" ] && [ "$there" != "$kafka" ]; then
    fail 64 "this cluster has --kafka $there: run scripts/cluster down before --kafka $kafka"
  fi
  if [ "$kafka" != strimzi ]; then return; fi
  if ! k get crd kafkas.kafka.strimzi.io >/dev/null 2>&1; then
    fail 69 'the Strimzi operator is not installed: k8s/strimzi.yaml describes how to install it'
  fi
  if [ -z "$(k get nodes --selector topology.kubernetes.io/zone --output name)" ]; then
    fail 69 'no node has a zone label, which k8s/strimzi.yaml needs to spread the pods of Kafka: kubectl label nodes --all topology.kubernetes.io/zone=one'
  fi
}

need_gateway() {
  if [ -n "$gateway" ] && ! k get gatewayclass "$gateway" >/dev/null 2>&1; then
    fail 69 "no GatewayClass $gateway in this cluster: kubectl get gatewayclass lists them; install an implementation of the Gateway API"
  fi
}

install_platform() {
  local product
  : >"$memory/platform.log"
  for product in $(products); do sed "s/PRODUCT/$product/g" k8s/namespace.yaml | apply "the namespace $product"; done
  case $kafka in
    small) apply k8s/kafka.yaml <k8s/kafka.yaml ;;
    strimzi) apply k8s/strimzi.yaml <k8s/strimzi.yaml ;;
  esac
  if [ -n "$gateway" ]; then sed "s/CLASS/$gateway/g" k8s/gateway.yaml | apply k8s/gateway.yaml; fi
  if k get apiservice v1beta1.metrics.k8s.io >/dev/null 2>&1; then
    say "  namespaces, Kafka ($kafka); metrics are available"
  elif ! made_by_us; then
    say "  namespaces, Kafka ($kafka); no metrics-server, which autoscalers need: kubectl apply -f k8s/metrics-server.yaml"
  else
    apply k8s/metrics-server.yaml <k8s/metrics-server.yaml
    say "  namespaces, Kafka ($kafka), metrics-server"
  fi
}

# Creates the demo data, once for each image of devstack.
create_demo_data() {
  local image
  image=$(image_of infra/devstack) || exit
  if [ "$(cat "$memory/seed" 2>/dev/null)" = "$image" ]; then say '  already there'; return; fi
  k delete job seed --namespace demo --ignore-not-found >/dev/null 2>&1 || true
  sed "s|IMAGE|$image|" k8s/seed.yaml | apply k8s/seed.yaml
  wait_for_seed
  printf '%s\n' "$image" >"$memory/seed"
}

cluster_up() {
  local began=$SECONDS
  need_tools kubectl helm curl
  choose_context
  lock
  say '[1/6] cluster'
  read_products
  # Requirements of later steps are checked first.
  need_images
  ensure_cluster
  if needs_forwards; then need_free_ports; fi
  need_own_namespaces
  choose_kafka
  need_gateway
  say "  $context: Kubernetes $(server_version)"
  # Before the images, so that Kafka starts while they are built.
  say '[2/6] platform'
  install_platform
  say '[3/6] images'
  provide_images
  wait_for kafka kafka_is_ready
  say '[4/6] products'
  for product in $(products); do install_product "$product"; done
  wait_for_products
  say '[5/6] demo data'
  create_demo_data
  say '[6/6] addresses'
  open_addresses
  say ''
  say "Ready after $((SECONDS - began)) s: http://localhost:$(port mypage)"
  say 'Sign in as mina@hangang.example or amy@acme.example, password one-product-one-team.'
  say 'scripts/cluster status | logs | down'
}

# The namespaces that `up` creates.
namespaces() { products; printf '%s\n' kafka demo gateway; }

# owner_of NAMESPACE: ours or other, by its label; nothing when the namespace does not exist.
owner_of() {
  local part
  part=$(k get namespace "$1" --ignore-not-found --output 'jsonpath=it is{.metadata.labels.app\.kubernetes\.io/part-of}') || fail 1 "kubectl cannot read the namespace $1 of context $context"
  case $part in
    '') ;;
    'it isdevops-practice' | 'it isdevops-practice-platform') printf ours ;;
    *) printf other ;;
  esac
}

# `up` and `down` leave namespaces alone that have the same names but were not created by `up`.
need_own_namespaces() {
  local name owner
  for name in $(namespaces); do
    owner=$(owner_of "$name")
    if [ "$owner" = other ]; then
      fail 1 "the namespace $name of context $context was not created by scripts/cluster up: use another cluster"
    fi
  done
}

# Deletes namespaces and waits until they are gone. Prints the reason for each that stays.
delete_namespaces() { # NAMESPACE…
  local name
  if k delete namespace "$@" --timeout 120s; then return; fi
  for name in "$@"; do
    k get namespace "$name" --ignore-not-found \
      --output "jsonpath={range .status.conditions[?(@.status=='True')]}$name: {.message}{'\\n'}{end}" >&2 || true
  done
  fail 1 'some namespaces are not gone yet, for the reasons above: run scripts/cluster down again'
}

cluster_down() {
  local name ours=()
  choose_context
  lock
  case $context in
    kind-"$cluster_name")
      need_tools kind
      stop_forwards
      run_kind delete cluster --name "$cluster_name" || fail 1 'kind failed to remove the cluster: its output is above'
      ;;
    "$cluster_name")
      need_tools minikube
      stop_forwards
      minikube delete --profile "$cluster_name" || fail 1 'minikube failed to remove the cluster: its output is above'
      ;;
    *)
      find_cluster
      stop_forwards
      for name in $(namespaces); do
        if [ "$(owner_of "$name")" = ours ]; then ours+=("$name"); fi
      done
      if [ ${#ours[@]} -gt 0 ]; then delete_namespaces "${ours[@]}"; fi
      ;;
  esac
  rm -rf "$memory"
  say 'Removed.'
}
