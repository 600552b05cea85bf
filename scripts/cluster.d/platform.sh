# shellcheck shell=bash
# What the products stand on, and the commands that bring everything and remove it.

apply() { # WHAT
  k apply --server-side --force-conflicts --field-manager scripts-cluster -f - >>"$memory/platform.log" 2>&1 || {
    tail -n 20 "$memory/platform.log" >&2
    fail 1 "kubectl could not apply $1: what it says is above"
  }
}

# Which of the two Kafkas is in the cluster, if one is.
kafka_there() {
  if k get statefulset kafka --namespace kafka >/dev/null 2>&1; then
    printf small
  elif k get kafkas.kafka.strimzi.io kafka --namespace kafka >/dev/null 2>&1; then
    printf strimzi
  fi
}

# Without --kafka it stays as it is. One can't follow the other: the events would be lost, and readers stand where they stood.
choose_kafka() {
  local there
  there=$(kafka_there)
  kafka=${kafka:-${there:-small}}
  if [ -n "$there" ] && [ "$there" != "$kafka" ]; then
    fail 64 "this cluster has --kafka $there: scripts/cluster down first, for --kafka $kafka"
  fi
  if [ "$kafka" != strimzi ]; then return; fi
  if ! k get crd kafkas.kafka.strimzi.io >/dev/null 2>&1; then
    fail 69 'the Strimzi operator is not there: k8s/strimzi.yaml says how to get it'
  fi
  if [ -z "$(k get nodes --selector topology.kubernetes.io/zone --output name)" ]; then
    fail 69 'no node has a zone, which k8s/strimzi.yaml spreads Kafka by: kubectl label nodes --all topology.kubernetes.io/zone=one'
  fi
}

need_gateway() {
  if [ -n "$gateway" ] && ! k get gatewayclass "$gateway" >/dev/null 2>&1; then
    fail 69 "no GatewayClass $gateway here: kubectl get gatewayclass shows what there is; an implementation of the Gateway API brings one"
  fi
}

bring_platform() {
  local product
  : >"$memory/platform.log"
  for product in $(products); do sed "s/PRODUCT/$product/g" k8s/namespace.yaml | apply "the namespace $product"; done
  case $kafka in
    small) apply k8s/kafka.yaml <k8s/kafka.yaml ;;
    strimzi) apply k8s/strimzi.yaml <k8s/strimzi.yaml ;;
  esac
  if [ -n "$gateway" ]; then sed "s/CLASS/$gateway/g" k8s/gateway.yaml | apply k8s/gateway.yaml; fi
  if k get apiservice v1beta1.metrics.k8s.io >/dev/null 2>&1; then
    say "  namespaces, Kafka ($kafka); metrics are there"
  elif ! made_by_us; then
    say "  namespaces, Kafka ($kafka); no metrics-server, which autoscalers need: kubectl apply -f k8s/metrics-server.yaml"
  else
    apply k8s/metrics-server.yaml <k8s/metrics-server.yaml
    say "  namespaces, Kafka ($kafka), metrics-server"
  fi
}

# Demo data, once for each image that makes them.
bring_demo_data() {
  local image
  image=$(image_of infra/devstack)
  if [ "$(cat "$memory/seed" 2>/dev/null)" = "$image" ]; then say '  is there'; return; fi
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
  # What would fail in the end fails at once.
  need_images
  ensure_cluster
  if needs_forwards; then need_free_ports; fi
  need_own_namespaces
  choose_kafka
  need_gateway
  say "  $context: Kubernetes $(k version --output json | sed -n '/serverVersion/,/}/s/.*"gitVersion": *"\(.*\)".*/\1/p')"
  # Before the images, so that Kafka starts while they are built.
  say '[2/6] platform'
  bring_platform
  say '[3/6] images'
  bring_images
  wait_for kafka kafka_is_ready
  say '[4/6] products'
  for product in $(products); do bring_product "$product"; done
  wait_for_products
  say '[5/6] demo data'
  bring_demo_data
  say '[6/6] addresses'
  open_addresses
  say ''
  say "Ready after $((SECONDS - began)) s: http://localhost:$(port mypage)"
  say 'Sign in as mina@hangang.example or amy@acme.example, password one-product-one-team.'
  say 'scripts/cluster status | logs | down'
}

# All that `up` makes.
namespaces() { products; printf '%s\n' kafka demo gateway; }

# Whose a namespace is, by its label: nothing when there is none of that name.
whose() { # NAMESPACE
  local part
  part=$(k get namespace "$1" --ignore-not-found --output 'jsonpath=it is{.metadata.labels.app\.kubernetes\.io/part-of}') || fail 1 "context $context does not tell of the namespace $1"
  case $part in
    '') ;;
    'it isdevops-practice' | 'it isdevops-practice-platform') printf ours ;;
    *) printf other ;;
  esac
}

# A cluster may hold other things under the same names: neither `up` nor `down` touches them.
need_own_namespaces() {
  local name owner
  for name in $(namespaces); do
    owner=$(whose "$name")
    if [ "$owner" = other ]; then
      fail 1 "the namespace $name of context $context belongs to something else, and this would change it: take another cluster"
    fi
  done
}

cluster_down() {
  local name ours=()
  choose_context
  lock
  case $context in
    kind-"$cluster_name")
      need_tools kind
      stop_forwards
      kind delete cluster --name "$cluster_name" || fail 1 'kind could not remove the cluster: what it says is above'
      ;;
    "$cluster_name")
      need_tools minikube
      stop_forwards
      minikube delete --profile "$cluster_name" || fail 1 'minikube could not remove the cluster: what it says is above'
      ;;
    *)
      find_cluster
      stop_forwards
      for name in $(namespaces); do
        if [ "$(whose "$name")" = ours ]; then ours+=("$name"); fi
      done
      if [ ${#ours[@]} -gt 0 ]; then k delete namespace "${ours[@]}" --wait; fi
      ;;
  esac
  rm -rf "$memory"
  say 'Removed.'
}
