# shellcheck shell=bash
# The same addresses in a browser as on one machine: node ports that kind maps, else port-forwards that are kept alive.

# Someone listens there.
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_free_ports() {
  local product port
  for product in $(products); do
    port=$(port "$product")
    if is_taken "$port"; then
      fail 1 "port $port of this machine, which is $product's, is taken: stop what listens there (scripts/down, if it is the system on one machine)"
    fi
  done
}

answers() { # PRODUCT
  curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "http://localhost:$(port "$1")/"
}

forwards_run() { [ -f "$memory/forward.pid" ] && is_ours "$(cat "$memory/forward.pid")" 'scripts/cluster forward'; }

stop_forwards() {
  if ! forwards_run; then return; fi
  kill "$(cat "$memory/forward.pid")" 2>/dev/null || true
  rm -f "$memory/forward.pid"
}

# Node ports that kind maps need no forwards.
needs_forwards() { [ "$context" != "kind-$cluster_name" ] && ! forwards_run; }

open_addresses() {
  local product tries
  if needs_forwards; then
    need_free_ports
    CLUSTER_CONTEXT=$context nohup "$root/scripts/cluster" forward >"$memory/forward.log" 2>&1 </dev/null &
    printf '%s\n' $! >"$memory/forward.pid"
    say '  kept by port-forwards in the background, until scripts/cluster down'
  fi
  for product in $(products); do
    for ((tries = 0; tries < 60; tries++)); do
      if answers "$product"; then break; fi
      sleep 0.5
    done
    if [ "$tries" -eq 60 ]; then fail 1 "http://localhost:$(port "$product") does not answer: scripts/cluster doctor"; fi
    say "  $product: http://localhost:$(port "$product")"
  done
}

# Runs until it is stopped. A forward ends with the pod that it leads to; the next one leads to another.
keep_forwards() {
  local product
  trap 'trap - TERM INT EXIT; kill $(jobs -p) 2>/dev/null; wait; exit 0' TERM INT EXIT
  for product in $(products); do keep_forward "$product" & done
  wait
}

# The newest of a product's pods that is ready and not on its way out.
ready_pod() { # PRODUCT
  k get pods --namespace "$1" --selector app.kubernetes.io/component=server --sort-by .metadata.creationTimestamp --output 'go-template={{ range .items }}{{ if not .metadata.deletionTimestamp }}{{ $name := .metadata.name }}{{ range .status.conditions }}{{ if and (eq .type "Ready") (eq .status "True") }}{{ $name }}{{ "\n" }}{{ end }}{{ end }}{{ end }}{{ end }}' 2>/dev/null | tail -n 1
}

# ends_when PRODUCT POD EVENT: a process that ends then.
ends_when() {
  kubectl --context "$context" wait --namespace "$1" "pod/$2" --for "$3" --timeout 24h >/dev/null 2>&1 &
}

keep_forward() { # PRODUCT
  local pod forward='' unready='' gone=''
  trap 'kill $forward $unready $gone 2>/dev/null; exit 0' TERM INT
  while :; do
    # The cluster may not answer for a while, as when the machine has slept.
    pod=$(ready_pod "$1") || pod=''
    if [ -z "$pod" ]; then sleep 0.5; continue; fi
    # Not by the function `k`: its process, not kubectl's, would be the one that is ended.
    kubectl --context "$context" port-forward --namespace "$1" --address 127.0.0.1 "pod/$pod" "$(port "$1"):8080" >/dev/null &
    forward=$!
    # A forward to a pod that is gone would only notice with the next request; one that is killed is never seen unready.
    ends_when "$1" "$pod" condition=Ready=false
    unready=$!
    ends_when "$1" "$pod" delete
    gone=$!
    while kill -0 "$forward" 2>/dev/null && kill -0 "$unready" 2>/dev/null && kill -0 "$gone" 2>/dev/null; do sleep 0.2; done
    kill "$forward" "$unready" "$gone" 2>/dev/null || true
    wait "$forward" "$unready" "$gone" 2>/dev/null || true
  done
}
