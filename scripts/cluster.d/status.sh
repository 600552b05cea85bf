# shellcheck shell=bash
# The commands `status` and `logs`.

cluster_status() {
  local product image state failed=0
  read_products
  say "$context"
  printf '%-8s %-8s %-28s %-8s %s\n' product pods image restarts address
  for product in $(products); do
    image=$(k get deployment "$product" --namespace "$product" --ignore-not-found \
      --output 'jsonpath={.spec.template.spec.containers[0].image}' 2>/dev/null || true)
    if [ -z "$image" ]; then
      printf '%-8s not installed\n' "$product"
      failed=1
      continue
    fi
    state=$(k get deployment "$product" --namespace "$product" --output 'jsonpath={.status.readyReplicas}/{.spec.replicas}')
    case $state in /*) state=0$state ;; esac
    rolled_out "$product" || { state="$state *"; failed=1; }
    printf '%-8s %-8s %-28s %-8s %s\n' "$product" "$state" "${image#localhost/}" "$(restarts "$product")" "$(address "$product")"
    answers "$product" || failed=1
  done
  kafka=$(kafka_there)
  say "kafka    $(progress kafka || true)"
  kafka_is_ready || failed=1
  if [ "$failed" -ne 0 ]; then say 'Not everything is ready: scripts/cluster doctor finds the reason.'; fi
  return "$failed"
}

restarts() {
  k get pods --namespace "$1" --selector app.kubernetes.io/component=server --no-headers | awk '{ sum += $4 } END { print sum + 0 }'
}

address() {
  if answers "$1"; then printf 'http://localhost:%s' "$(port "$1")"; else printf 'http://localhost:%s does not answer' "$(port "$1")"; fi
}

# Prints the logs of all or some products; with --trace, only the lines of one trace, sorted by time.
cluster_logs() {
  local product wanted=("$@")
  if [ ${#wanted[@]} -eq 0 ]; then while IFS= read -r product; do wanted+=("$product"); done < <(products); fi
  for product in "${wanted[@]}"; do
    if ! k get namespace "$product" >/dev/null 2>&1; then fail 64 "no product $product in this cluster"; fi
  done
  if [ -n "$follow" ] && [ -n "$trace" ]; then fail 64 '--follow and --trace exclude each other'; fi
  if [ -n "$follow" ]; then
    trap 'kill $(jobs -p) 2>/dev/null' EXIT
    for product in "${wanted[@]}"; do product_logs "$product" --follow --tail 5 & done
    wait
  elif [ -n "$trace" ]; then
    for product in "${wanted[@]}"; do (product_logs "$product" --tail=-1 --timestamps); done |
      { grep -F "$trace" || printf 'scripts/cluster: no log line has the trace %s\n' "$trace" >&2; } | sed 's/^[^ ]* //' | sort
  else
    for product in "${wanted[@]}"; do (product_logs "$product" --tail 100); done
  fi
}

# Replaces the calling subshell by kubectl, so that a signal to it reaches kubectl.
product_logs() { # PRODUCT OPTION…
  local product=$1
  shift
  exec kubectl --context "$context" logs --namespace "$product" --selector app.kubernetes.io/component=server --prefix --max-log-requests 20 "$@"
}
