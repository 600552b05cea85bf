# shellcheck shell=bash
# Waits for pods and shows their progress.

deadline_seconds=${CLUSTER_TIMEOUT:-600}

# Prints the pods of a namespace and their states in one line. Failed tries of Jobs are left out, as another try follows.
progress() { # NAMESPACE
  k get pods --namespace "$1" --no-headers 2>/dev/null |
    awk '$3 != "Completed" && $3 != "Error" { split($2, ready, "/"); state = $3
           if (state == "Running") state = ready[1] == ready[2] ? "ready" : "starting"
           sub(/-[a-z0-9]+-[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9]$/, "", $1); printf "%s%s %s", sep, $1, state; sep = ", " }'
}

# Prints a pod that will not start without a change, and the reason.
stuck() { # NAMESPACE
  k get pods --namespace "$1" --no-headers 2>/dev/null |
    awk '!found && $3 ~ /CrashLoopBackOff|ImagePull|ErrImage|InvalidImageName|CreateContainerConfigError|CreateContainerError/ { print $1 ": " $3; found = 1 }'
}

# Whether all pods are of the new version, and migrate has succeeded.
rolled_out() { # PRODUCT
  if [ -n "$(migrate_jobs "$1" "$not_succeeded")" ]; then return 1; fi
  k rollout status "deployment/$1" --namespace "$1" --watch=false 2>/dev/null | grep 'successfully rolled out' >/dev/null
}

# Prints logs and events about a failure; a failed query does not stop it.
explain() { # NAMESPACE
  k get pods --namespace "$1" >&2 || true
  k get events --namespace "$1" --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 8 >&2 || true
  k logs --namespace "$1" --tail 5 --selector 'app.kubernetes.io/component=migrate' --prefix 2>/dev/null >&2 || true
  printf '\nscripts/cluster logs shows the logs of the products; scripts/cluster doctor checks the rest\n' >&2
}

# wait_for NAMESPACE COMMAND…: waits until COMMAND succeeds, and prints each change.
wait_for() {
  local namespace=$1 now last='' why since='' began=$SECONDS
  shift
  until "$@"; do
    # One failed query does not end the wait.
    now=$(progress "$namespace") || now=''
    if [ -n "$now" ] && [ "$now" != "$last" ]; then say "  $namespace: $now"; last=$now; fi
    why=$(failed_migrate "$namespace" 2>/dev/null) || why=''
    if [ -n "$why" ]; then
      explain "$namespace"
      fail 1 "$namespace: the job $why has failed; its log is above: fix the cause and run scripts/cluster up again"
    fi
    why=$(stuck "$namespace") || why=''
    # A single failure may not occur again at the next try.
    if [ -z "$why" ]; then since=''; elif [ -z "$since" ]; then since=$SECONDS; fi
    if [ -n "$since" ] && [ $((SECONDS - since)) -gt 90 ]; then
      explain "$namespace"
      case $why in
        # The node may have removed the images: the next run loads them again.
        *Image*) rm -f "$memory/images"; fail 1 "$namespace does not start: $why: run scripts/cluster up again, which reloads our images; registries of other images must be reachable" ;;
      esac
      fail 1 "$namespace does not start: $why"
    fi
    if [ $((SECONDS - began)) -gt "$deadline_seconds" ]; then
      explain "$namespace"
      fail 1 "$namespace was not ready after $deadline_seconds s (set CLUSTER_TIMEOUT=SECONDS to wait longer)"
    fi
    sleep 0.5
  done
  say "  $namespace: ready"
}

kafka_is_ready() {
  case $kafka in
    # A StatefulSet of no pods is complete, too.
    small) k rollout status statefulset/kafka --namespace kafka --watch=false 2>/dev/null | grep -E 'complete:? [1-9]' >/dev/null ;;
    '') return 1 ;;
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
      fail 1 'the demo data could not be created: the end of the log of job/seed is above; scripts/cluster up tries again'
      ;;
  esac
  return 1
}

wait_for_seed() {
  wait_for demo seed_has_ended
  say "  $(k logs --namespace demo job/seed --tail 1 || true)"
}
