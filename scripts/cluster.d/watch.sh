# shellcheck shell=bash
# Waiting, with what it waits for in sight.

deadline_seconds=${CLUSTER_TIMEOUT:-600}

# One line of where a product is: its pods, one state each. A Job's try that failed has another one behind it.
progress() { # NAMESPACE
  k get pods --namespace "$1" --no-headers 2>/dev/null |
    awk '$3 != "Completed" && $3 != "Error" { split($2, ready, "/"); state = $3
           if (state == "Running") state = ready[1] == ready[2] ? "ready" : "starting"
           sub(/-[a-z0-9]+-[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9]$/, "", $1); printf "%s%s %s", sep, $1, state; sep = ", " }'
}

# A pod that will not come up by itself: its name and why.
stuck() { # NAMESPACE
  k get pods --namespace "$1" --no-headers 2>/dev/null |
    awk '$3 ~ /CrashLoopBackOff|ImagePull|ErrImage|InvalidImageName|CreateContainerConfigError|CreateContainerError/ { print $1 ": " $3; exit }'
}

# Its pods are the new ones, and schema and topics are made.
rolled_out() { # PRODUCT
  case $(k get jobs --namespace "$1" --selector app.kubernetes.io/component=migrate --output 'jsonpath={range .items[*]}{.status.succeeded},{end}') in
    *,,* | ,*) return 1 ;;
  esac
  k rollout status "deployment/$1" --namespace "$1" --watch=false 2>/dev/null | grep -q 'successfully rolled out'
}

explain() { # NAMESPACE
  k get pods --namespace "$1" >&2
  k get events --namespace "$1" --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 8 >&2
  k logs --namespace "$1" --tail 5 --selector 'app.kubernetes.io/component=migrate' --prefix 2>/dev/null >&2
  printf '\nscripts/cluster logs shows what the products say; scripts/cluster doctor looks at the rest\n' >&2
}

# wait_for NAMESPACE COMMAND…: until COMMAND says yes; shows each change on the way.
wait_for() {
  local namespace=$1 now last='' why since=''
  shift
  until "$@"; do
    now=$(progress "$namespace")
    if [ -n "$now" ] && [ "$now" != "$last" ]; then say "  $namespace: $now"; last=$now; fi
    why=$(stuck "$namespace")
    # What failed once may work the next time.
    if [ -z "$why" ]; then since=''; elif [ -z "$since" ]; then since=$SECONDS; fi
    if [ -n "$since" ] && [ $((SECONDS - since)) -gt 90 ]; then
      explain "$namespace"
      fail 1 "$namespace does not come up: $why"
    fi
    if [ "$SECONDS" -gt "$deadline_seconds" ]; then
      explain "$namespace"
      fail 1 "$namespace was not ready after $deadline_seconds s (CLUSTER_TIMEOUT=SECONDS waits longer)"
    fi
    sleep 0.5
  done
  say "  $namespace: ready"
}

kafka_is_ready() {
  case $kafka in
    small) k rollout status statefulset/kafka --namespace kafka --watch=false 2>/dev/null | grep -q 'complete' ;;
    strimzi) k wait kafka/kafka --namespace kafka --for condition=Ready --timeout 1s >/dev/null 2>&1 ;;
  esac
}

wait_for_products() {
  local product
  for product in $(products); do wait_for "$product" rolled_out "$product"; done
}

seed_has_ended() {
  case $(k get job seed --namespace demo --output 'jsonpath={.status.conditions[*].type}' 2>/dev/null) in
    *Complete*) return 0 ;;
    *Failed*)
      k logs --namespace demo job/seed --tail 20 >&2 || true
      fail 1 'the demo data could not be made'
      ;;
  esac
  return 1
}

wait_for_seed() {
  wait_for demo seed_has_ended
  say "  $(k logs --namespace demo job/seed --tail 1)"
}
