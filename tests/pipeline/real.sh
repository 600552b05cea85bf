# shellcheck shell=bash disable=SC2154
# Compares the stubs with the real helm, kubectl and skopeo. These talk to tests/pipeline/fake.py, not to a cluster.

# fake [NUMBER:STATE…]: starts an API with these revisions. Sets `fake_pid`.
fake() {
  rm -rf "$work/fake"
  mkdir "$work/fake"
  python3 "$here/fake.py" "$work/fake" "$@" &
  fake_pid=$!
  until [ -s "$work/fake/registry" ]; do kill -0 "$fake_pid" || return 1; done
}
end_fake() { kill "$fake_pid" 2>/dev/null && wait "$fake_pid" 2>/dev/null; true; }

# outcome NAME COMMAND…: stores the exit code, whether there is output, and the message from `Error: ` on.
outcome() {
  local name=$1 status=0
  shift
  "$@" >"$work/out.$name" 2>"$work/err.$name" || status=$?
  {
    printf 'exit code %s, %s\n' "$status" "$(if [ -s "$work/out.$name" ]; then echo output; else echo 'no output'; fi)"
    sed -n 's/.*\(Error: [a-zA-Z]* *[a-zA-Z]*\).*/\1/p' "$work/err.$name" | tail -n 1
  } >"$work/$name"
}

prints() { [ -z "$2" ] || cat "$work/out.$1" "$work/err.$1" | grep -F -- "$2" >/dev/null; }

# same WORDS NAME=VALUE… -- TOOL ARGUMENT…: whether the tool and its stub end alike, and both print the words.
same() {
  local words=$1 settings=()
  shift
  while [ "$1" != -- ]; do settings+=("$1"); shift; done
  shift
  rm -f "$work/real.calls"
  outcome real env KUBECONFIG="$work/fake/kubeconfig" "$@"
  outcome stub env STUB_LOG="$work/real.calls" ${settings[@]+"${settings[@]}"} "$work/stubs/$1" "${@:2}"
  if diff "$work/real" "$work/stub" && prints real "$words" && prints stub "$words"; then return; fi
  head -n 20 "$work"/{out,err}.{real,stub}
  return 1
}

# in_state 'NUMBER:STATE…' SAME-ARGUMENT…: compares with these revisions.
in_state() {
  local status=0 revisions
  read -ra revisions <<<"$1"
  shift
  fake ${revisions[@]+"${revisions[@]}"} || return 1
  same "$@" || status=1
  end_fake
  return "$status"
}

upgrade=(helm --namespace login upgrade --install login services/login/chart --values services/login/pipeline/environments/staging.yaml)

# A message of the registry, and that the stub prints it at the same place: after `reading manifest … : `.
registry_says() { # REPOSITORY MESSAGE
  local status=0
  fake || return 1
  outcome real skopeo inspect --tls-verify=false --retry-times 0 --format '{{.Digest}}' "docker://$(cat "$work/fake/registry")/$1:1"
  end_fake
  outcome stub env STUB_LOG="$work/real.calls" STUB_REGISTRY="$2" "$work/stubs/skopeo" inspect
  diff "$work/real" "$work/stub" || status=1
  for it in real stub; do grep -F ": $2" "$work/err.$it" >/dev/null || { cat "$work/err.$it"; status=1; }; done
  return "$status"
}

part_real() {
  local selector='owner=helm,name=login,status=deployed'
  if ! has python3 || ! has helm || ! has kubectl; then skip real 'helm, kubectl or python3 is missing'; return; fi
  case_ 'real: helm history without a release' in_state '' 'release: not found' STUB_REVISION= -- helm --namespace login history login --max 20
  case_ 'real: … with one' in_state '2:superseded 3:deployed' deployed -- helm --namespace login history login --max 20
  case_ 'real: … that is interrupted' in_state '1:pending-install' pending-install STUB_REVISION= STUB_STATE=pending-install -- \
    helm --namespace login history login --max 20
  case_ 'real: … and with no cluster' same 'luster unreachable' STUB_CLUSTER=down -- helm --namespace login history login
  case_ 'real: kubectl with no cluster' same 'was refused' STUB_CLUSTER=down -- kubectl get jobs --namespace login
  case_ 'real: helm upgrade after an interrupted install' in_state '1:pending-install' 'another operation' STUB_REVISION= STUB_STATE=pending-install -- "${upgrade[@]}"
  case_ 'real: … upgrade' in_state '3:deployed 4:pending-upgrade' 'another operation' STUB_STATE=pending-upgrade -- "${upgrade[@]}"
  case_ 'real: … rollback' in_state '3:deployed 4:pending-rollback' 'another operation' STUB_STATE=pending-rollback -- "${upgrade[@]}"
  case_ 'real: … removal' in_state '1:uninstalling' 'has no deployed releases' STUB_REVISION= STUB_STATE=uninstalling -- "${upgrade[@]}"
  case_ 'real: helm rollback without a release' in_state '' 'release: not found' STUB_REVISION= -- helm --namespace login rollback login 3
  case_ 'real: kubectl get of a release that is missing' in_state '' '' STUB_REVISION= -- kubectl --context '' get secrets --namespace login --selector "$selector" --output 'jsonpath={.items[*].metadata.labels.commit}'
  case_ 'real: … of a deployment that is missing' in_state '' '' STUB_REVISION= -- kubectl --context '' get deployment login --namespace login --ignore-not-found --output 'jsonpath={.spec.replicas}'
  case_ 'real: … of no jobs' in_state '' '' -- kubectl --context '' get jobs --namespace login --output 'go-template={{ range .items }}{{ .metadata.name }}{{ end }}'
  if ! has skopeo; then skip 'real skopeo' 'it is missing'; return; fi
  case_ 'real: a registry without the image' registry_says missing 'manifest unknown'
  case_ 'real: … without the repository' registry_says repository 'name unknown'
  case_ 'real: … that gives no reason' registry_says plain 'StatusCode: 404, '
  case_ 'real: … with too many requests' registry_says busy 'toomanyrequests: You have reached your pull rate limit.'
  case_ 'real: … without a reason' registry_says busy-plain 'StatusCode: 429, '
  case_ 'real: … without the right' registry_says denied denied
  case_ 'real: … that is broken' registry_says broken 'received unexpected HTTP status: 503 Service Unavailable'
}
