# shellcheck shell=bash disable=SC2154
# The stubs of kubectl and helm: a cluster with the objects that were applied, and the releases. A pod is ready when its node
# has the image, and the image runs the product's program on the node's architecture.

has_object() { [ -f "$STUB_STATE/objects/$1" ]; }

# image_state PRODUCT: the state of a pod, by its image on the node.
image_state() {
  local image what
  image=$(cut -d ' ' -f 3 "$STUB_STATE/releases/$1")
  what=$(cat "$STUB_STATE/nodes/$(key "$image")" 2>/dev/null) || what=''
  case $what in
    "$1 linux/${STUB_NODES:-amd64}") printf Running ;;
    '') printf ImagePullBackOff ;;
    *) printf CrashLoopBackOff ;;
  esac
}

wanted() { cat "$STUB_STATE/replicas/$1" 2>/dev/null || printf 2; }

# ready PRODUCT: the number of ready pods. With the fault `quota`, no pod is created.
ready() {
  if is_faulty quota || [ "$(image_state "$1")" != Running ]; then printf 0; else wanted "$1"; fi
}

# pods NAMESPACE: the table of kubectl get pods --no-headers.
pods() {
  local number state
  case $1 in
    kube-system) printf 'kindnet-x7k2p   1/1   Running   0   5m\n' ;;
    kafka) if has_object StatefulSet.kafka.kafka; then printf 'kafka-0   1/1   Running   0   5m\n'; fi ;;
    demo) if has_object Job.demo.seed; then printf 'advertisers-6c9d5b7f8-k4x2z   1/1   Running   0   5m\nseed-b2k9x   0/1   Completed   0   5m\n'; fi ;;
    *)
      if [ ! -f "$STUB_STATE/releases/$1" ]; then return; fi
      state=$(image_state "$1")
      printf '%s-postgres-0   1/1   Running   0   5m\n' "$1"
      if is_faulty quota; then return; fi
      for ((number = 0; number < $(wanted "$1"); number++)); do
        printf '%s-5d4f7b9c8d-abcd%d   %s   %s   0   5m\n' "$1" "$number" "$(if [ "$state" = Running ]; then echo 1/1; else echo 0/1; fi)" "$state"
      done
      ;;
  esac
}

# apply: stores KIND.NAMESPACE.NAME of each manifest on the standard input.
apply() {
  awk 'function put() { if (name) print kind "." space "." name; name = space = "" }
    /^---/ { put() } /^kind: / { kind = $2 } /^  name: / { if (!name) name = $2 } /^  namespace: / { space = $2 }
    /^metadata: [{]/ { gsub(/[,{}]/, " "); name = $3; space = $5 } END { put() }' |
    while IFS= read -r name; do touch "$STUB_STATE/objects/$name"; printf '%s serverside-applied\n' "$name"; done
}

# workloads NAMESPACE: KIND/NAME and wanted pods of each.
workloads() {
  case $1 in
    kafka) if has_object StatefulSet.kafka.kafka; then printf 'StatefulSet/kafka 1\n'; fi ;;
    demo) if has_object Deployment.demo.advertisers; then printf 'Deployment/advertisers 1\n'; fi ;;
    *) if [ -f "$STUB_STATE/releases/$1" ]; then printf 'Deployment/%s %s\nStatefulSet/%s-postgres 1\n' "$1" "$(wanted "$1")" "$1"; fi ;;
  esac
}

rollout_status() { # RESOURCE NAMESPACE
  local name=${1#*/}
  case $1 in
    statefulset/* | StatefulSet/*)
      workloads "$2" | grep "/$name " >/dev/null || told 1 "Error from server (NotFound): statefulsets.apps \"$name\" not found"
      printf 'partitioned roll out complete: 1 new pods have been updated...\n'
      ;;
    *)
      workloads "$2" | grep "/$name " >/dev/null || told 1 "Error from server (NotFound): deployments.apps \"$name\" not found"
      if [ "$2" = demo ] || [ "$(ready "$name")" = "$(wanted "$name")" ]; then
        printf 'deployment "%s" successfully rolled out\n' "$name"
      elif is_faulty quota; then
        printf 'Waiting for deployment "%s" rollout to finish: 0 out of %s new replicas have been updated...\n' "$name" "$(wanted "$name")"
      else
        printf 'Waiting for deployment "%s" rollout to finish: %s of %s updated replicas are available...\n' "$name" "$(ready "$name")" "$(wanted "$name")"
      fi
      ;;
  esac
}

deployment() { # NAMESPACE OUTPUT
  case $2 in
    *image*) cut -d ' ' -f 3 "$STUB_STATE/releases/$1" | tr -d '\n' ;;
    # kubectl prints nothing for a number that is not there: no ready pods have no field.
    *readyReplicas*) printf '%s/%s' "$(ready "$1" | sed 's/^0$//')" "$(wanted "$1")" ;;
    *managedFields*) printf '%s {}' "$(wanted "$1")" ;;
  esac
}

# get WHAT NAME NAMESPACE OUTPUT ARGUMENTS
get() {
  local product=$3
  case "$1 $2" in
    'namespace kube-system') printf '7d3f' ;;
    namespace\ *)
      if has_object "Namespace..$2"; then
        case $4 in name) printf 'namespace/%s\n' "$2" ;; *part-of*) printf 'it isdevops-practice-platform' ;; esac
      else
        case $5 in *--ignore-not-found*) ;; *) told 1 "Error from server (NotFound): namespaces \"$2\" not found" ;; esac
      fi
      ;;
    nodes\ *) case $4 in *architecture*) printf '%s' "${STUB_NODES:-amd64}" ;; *memory*) printf '8146172Ki' ;; *sizeBytes*) ;; esac ;;
    storageclass\ *) printf '{"storageclass.kubernetes.io/is-default-class":"true"}' ;;
    apiservice\ *) has_object 'APIService..v1beta1.metrics.k8s.io' || told 1 "Error from server (NotFound): apiservices.apiregistration.k8s.io \"$2\" not found" ;;
    kafkas.*) told 1 "error: the server doesn't have a resource type \"kafkas\"" ;;
    'statefulset kafka') has_object StatefulSet.kafka.kafka || told 1 'Error from server (NotFound): statefulsets.apps "kafka" not found' ;;
    'deployments,statefulsets '*) workloads "$product" ;;
    deployment/*)
      [ -f "$STUB_STATE/releases/$product" ] || told 1 "Error from server (NotFound): deployments.apps \"$product\" not found"
      printf '%s 1' "$(wanted "$product")"
      ;;
    deployment\ *)
      if [ -f "$STUB_STATE/releases/$product" ]; then deployment "$product" "$4"; return; fi
      case $5 in *--ignore-not-found*) ;; *) told 1 "Error from server (NotFound): deployments.apps \"$2\" not found" ;; esac
      ;;
    'job seed') if has_object Job.demo.seed; then case $4 in *Failed*) ;; *) printf 'SuccessCriteriaMet Complete' ;; esac; fi ;;
    jobs\ * | events\ * | secret\ *) ;;
    secrets\ *) if [ -f "$STUB_STATE/releases/$product" ]; then cut -d ' ' -f 1,2 "$STUB_STATE/releases/$product"; fi ;;
    pods\ *) case $4 in *deletionTimestamp*) printf '%s-5d4f7b9c8d-abcd0\n' "$product" ;; *startedAt*) printf '2026-11-30T10:00:00Z 2026-11-30T10:00:02Z\n' ;; *) pods "$product" ;; esac ;;
    *) told 1 "error: the stub of kubectl does not know: get $1 $2" ;;
  esac
}

stub_kubectl() {
  local context namespace output
  [ "$1" = --context ] || told 1 'error: the stub of kubectl needs --context first'
  context=$2
  shift 2
  [ -e "$STUB_STATE/contexts/$context" ] || told 1 "error: context \"$context\" does not exist"
  if is_faulty stopped; then told 1 'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?'; fi
  namespace=$(after --namespace "$@") output=$(after --output "$@")
  case $* in
    'get --raw /readyz '*) printf ok ;;
    version) printf 'Client Version: v1.34.1\nKustomize Version: v5.7.1\nServer Version: v1.34.0\n' ;;
    'get '*) get "$2" "${3:-}" "$namespace" "$output" "$*" ;;
    'apply '*) apply ;;
    'rollout status '*) rollout_status "$3" "$namespace" ;;
    'rollout restart '*) printf '%s restarted\n' "$3" ;;
    'delete namespace '*) rm -rf "$STUB_STATE"/{objects,releases} ;;
    'delete secret sh.helm.release.'*) rm -f "$STUB_STATE/releases/$namespace" ;;
    'delete '*) rm -f "$STUB_STATE/objects/Job.$namespace.$3" ;;
    'logs '*) printf 'a line of the log\n' ;;
    'top nodes') has_object 'APIService..v1beta1.metrics.k8s.io' || told 1 'error: Metrics API not available' ;;
    'top pods '*) pods "$namespace" | awk '$3 == "Running" { print $1 "   3m   12Mi" }' ;;
    # Until it is ended.
    'port-forward '* | 'wait '*) exec sleep 600 ;;
    *) told 1 "error: unknown command \"$1\" for \"kubectl\"" ;;
  esac
}

stub_helm() {
  local product image number=0
  case $* in 'version '*) printf 'v4.0.5'; return ;; esac
  [ -e "$STUB_STATE/contexts/$2" ] || told 1 "Error: kubernetes cluster unreachable: context \"$2\" does not exist"
  [ "$1 $3 $4" = '--kube-context upgrade --install' ] || told 1 "Error: unknown command \"$3\" for \"helm\""
  product=$5
  [ -f "$6/Chart.yaml" ] || told 1 "Error: path \"$6\" not found"
  case $(cat "$STUB_STATE/releases/$product" 2>/dev/null) in
    *' pending-'*) told 1 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress' ;;
  esac
  if is_faulty scaled; then
    case $* in *' --force-conflicts'*) ;; *) told 1 "Error: UPGRADE FAILED: conflict occurred while applying object $product/$product apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas" ;; esac
  fi
  image=$(sed 's/.*"repository":"\([^"]*\)","tag":"\([^"]*\)".*/\1:\2/' "$(after --values "$@")")
  if [ -f "$STUB_STATE/releases/$product" ]; then number=$(cut -d ' ' -f 1 "$STUB_STATE/releases/$product"); fi
  printf '%s deployed %s\n' $((number + 1)) "$image" >"$STUB_STATE/releases/$product"
  # The chart sets the number of pods.
  rm -f "$STUB_STATE/replicas/$product"
}
