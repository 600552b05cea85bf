# shellcheck shell=bash
# What the products stand on, and the commands that bring everything and remove it.

apply() { k apply --server-side --force-conflicts --field-manager scripts-cluster -f - >>"$memory/platform.log" 2>&1 || {
  tail -n 20 "$memory/platform.log" >&2
  fail 1 'kubectl could not apply a platform part'
}; }

bring_platform() {
  local product
  : >"$memory/platform.log"
  for product in $(products); do sed "s/PRODUCT/$product/g" k8s/namespace.yaml | apply; done
  case $kafka in
    small) apply <k8s/kafka.yaml ;;
    strimzi)
      if ! k get crd kafkas.kafka.strimzi.io >/dev/null 2>&1; then
        fail 69 'the Strimzi operator is not there: k8s/strimzi.yaml says how to get it'
      fi
      apply <k8s/strimzi.yaml
      ;;
  esac
  if [ -n "$gateway" ]; then sed "s/CLASS/$gateway/g" k8s/gateway.yaml | apply; fi
  if k get apiservice v1beta1.metrics.k8s.io >/dev/null 2>&1; then
    say "  namespaces, Kafka ($kafka); metrics are there"
  else
    apply <k8s/metrics-server.yaml
    say "  namespaces, Kafka ($kafka), metrics-server"
  fi
}

# Demo data, once for each image that makes them.
bring_demo_data() {
  local image
  image=$(image_of infra/devstack)
  if [ "$(cat "$memory/seed" 2>/dev/null)" = "$image" ]; then say '  is there'; return; fi
  k delete job seed --namespace demo --ignore-not-found >/dev/null 2>&1 || true
  sed "s|IMAGE|$image|" k8s/seed.yaml | apply
  wait_for_seed
  printf '%s\n' "$image" >"$memory/seed"
}

cluster_up() {
  local began=$SECONDS
  say '[1/6] cluster'
  ensure_cluster
  if ! made_by_us; then warn_of_shared_cluster; fi
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

# A context that scripts/cluster has not made may hold other things under the products' names.
warn_of_shared_cluster() {
  local name part
  for name in $(products) kafka; do
    part=$(k get namespace "$name" --ignore-not-found --output 'jsonpath={.metadata.labels.app\.kubernetes\.io/part-of}')
    if k get namespace "$name" >/dev/null 2>&1 && [ "${part#devops-practice}" = "$part" ]; then
      fail 1 "the namespace $name of context $context belongs to something else: this would change it"
    fi
  done
}

cluster_down() {
  need_tools kubectl
  choose_context
  case $context in
    kind-"$cluster_name")
      if reachable; then remember; stop_forwards; fi
      need_tools kind
      kind delete cluster --name "$cluster_name"
      ;;
    "$cluster_name")
      if reachable; then remember; stop_forwards; fi
      need_tools minikube
      minikube delete --profile "$cluster_name"
      ;;
    *)
      find_cluster
      stop_forwards
      # Only what carries the project's label: a namespace with the same name may be somebody else's.
      k delete namespace --selector 'app.kubernetes.io/part-of in (devops-practice, devops-practice-platform)' --wait
      ;;
  esac
  if [ -n "${memory:-}" ]; then rm -rf "$memory"; fi
  say 'Removed.'
}
