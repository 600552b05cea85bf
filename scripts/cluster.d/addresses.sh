# shellcheck shell=bash
# Serves the same URLs in a browser as on one machine: by node ports that kind maps, else by port-forwards.

# is_taken PORT: whether a program listens on the port.
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The namespaces whose pods a browser reaches: the products, and demo with the advertisers' site.
forwarded() { products; printf 'demo\n'; }

# browser_port NAMESPACE: the port in a browser.
browser_port() { if [ "$1" = demo ]; then printf 8480; else port "$1"; fi; }

need_free_ports() {
  local product port
  for product in $(forwarded); do
    port=$(browser_port "$product")
    if is_taken "$port"; then
      fail 1 "port $port, which $product needs, is in use on this machine: stop the program that listens there (scripts/down, if it is the system on one machine)"
    fi
  done
}

# answers PRODUCT: whether its URL in a browser answers.
answers() {
  curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "http://localhost:$(port "$1")/"
}

forwards_run() { [ -f "$memory/forward.pid" ] && is_ours "$(cat "$memory/forward.pid")" 'scripts/cluster forward'; }

stop_forwards() {
  if ! forwards_run; then return; fi
  kill "$(cat "$memory/forward.pid")" 2>/dev/null || true
  rm -f "$memory/forward.pid"
}

# Whether port-forwards have to be started; a cluster of kind has mapped node ports instead.
needs_forwards() { [ "$context" != "kind-$cluster_name" ] && ! forwards_run; }

open_addresses() {
  local product tries
  if needs_forwards; then
    need_free_ports
    CLUSTER_CONTEXT=$context nohup "$root/scripts/cluster" forward >"$memory/forward.log" 2>&1 </dev/null &
    printf '%s\n' $! >"$memory/forward.pid"
    say '  port-forwards run in the background until scripts/cluster down'
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

# Forwards the ports of all products until it is stopped. When the pod of a forward ends, the next one uses another pod.
keep_forwards() {
  local product
  trap 'trap - TERM INT EXIT; kill $(jobs -p) 2>/dev/null; wait; exit 0' TERM INT EXIT
  for product in $(forwarded); do keep_forward "$product" & done
  wait
}

# Prints the newest ready pod of a product that is not terminating.
ready_pod() { # PRODUCT
  k get pods --namespace "$1" --selector app.kubernetes.io/component=server --sort-by .metadata.creationTimestamp --output 'go-template={{ range .items }}{{ if not .metadata.deletionTimestamp }}{{ $name := .metadata.name }}{{ range .status.conditions }}{{ if and (eq .type "Ready") (eq .status "True") }}{{ $name }}{{ "\n" }}{{ end }}{{ end }}{{ end }}{{ end }}' 2>/dev/null | tail -n 1
}

# exits_when PRODUCT POD EVENT: starts a process in the background that exits at the event.
exits_when() {
  kubectl --context "$context" wait --namespace "$1" "pod/$2" --for "$3" --timeout 24h >/dev/null 2>&1 &
}

keep_forward() { # PRODUCT
  local pod forward='' unready='' gone=''
  trap 'kill $forward $unready $gone 2>/dev/null; exit 0' TERM INT
  while :; do
    # The cluster may not answer for a while, for example after the machine has slept.
    pod=$(ready_pod "$1") || pod=''
    if [ -z "$pod" ]; then sleep 0.5; continue; fi
    # kubectl directly, as the process of the function `k` would be killed instead of kubectl's.
    kubectl --context "$context" port-forward --namespace "$1" --address 127.0.0.1 "pod/$pod" "$(browser_port "$1"):8080" >/dev/null &
    forward=$!
    # kubectl notices a missing pod only at the next request. A killed pod may never be unready, so both events count.
    exits_when "$1" "$pod" condition=Ready=false
    unready=$!
    exits_when "$1" "$pod" delete
    gone=$!
    while kill -0 "$forward" 2>/dev/null && kill -0 "$unready" 2>/dev/null && kill -0 "$gone" 2>/dev/null; do sleep 0.2; done
    kill "$forward" "$unready" "$gone" 2>/dev/null || true
    wait "$forward" "$unready" "$gone" 2>/dev/null || true
  done
}
