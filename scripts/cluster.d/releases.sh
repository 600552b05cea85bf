# shellcheck shell=bash
# Makes a release survive other hands: another owner of a field, an autoscaler, a killed helm. scripts/pipeline uses it too.
# The caller defines `revision PRODUCT`, which prints the latest revision of the release and its state.

# Prints the options by which helm takes a field over from another owner, such as `kubectl scale`. The values of the chart are
# the wanted state. helm 3 has no such options, because it always overwrites. Without server-side apply, which helm 4 keeps
# off for a release of helm 3, helm refuses --force-conflicts.
take_over() {
  case $(helm version --template '{{.Version}}' 2>/dev/null) in
    v3.*) ;;
    *) printf -- '--server-side=true --force-conflicts' ;;
  esac
}

# Makes a second owner of the present number of pods. A chart with an autoscaler leaves `replicas` out. Where helm is the only
# owner of the field, Kubernetes would then set it to 1 until the autoscaler acts. An autoscaler never acts on 0 pods, so a
# product that was scaled to 0 by hand gets one.
keep_replicas() { # PRODUCT
  local now pods force=()
  now=$(k get deployment "$1" --namespace "$1" --ignore-not-found --show-managed-fields \
    --output 'jsonpath={.spec.replicas} {.metadata.managedFields[?(@.manager=="helm")].fieldsV1.f:spec.f:replicas}') ||
    fail 1 "kubectl cannot read the deployment $1: its message is above"
  pods=${now%% *}
  case $now in
    '0 '*) pods=1 force=(--force-conflicts) ;;
    *' {}'*) ;;
    *) return 0 ;;
  esac
  printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: %s, namespace: %s }\nspec: { replicas: %s }\n' "$1" "$1" "$pods" |
    k apply --server-side ${force[@]+"${force[@]}"} --field-manager keep-replicas -f - >/dev/null ||
    fail 1 "kubectl cannot keep the number of pods of $1: its message is above; try again"
}

# Removes the record of a revision whose helm was killed, which would block every later one: a first install, an upgrade, a
# rollback, or the removal of the release. Objects and data stay, and the next helm adopts them. A helm that still runs gets
# PENDING_SECONDS to end.
end_interrupted() { # PRODUCT
  local product=$1 began=$SECONDS latest number state
  while :; do
    # A failed query is not an absent release.
    latest=$(revision "$product") || fail 1 "cannot read the release of $product: the message is above"
    number=${latest%% *} state=${latest#* }
    case $state in
      pending-* | uninstalling) ;;
      *) return 0 ;;
    esac
    if [ $((SECONDS - began)) -ge "${PENDING_SECONDS:-10}" ]; then break; fi
    sleep 0.5
  done
  say "  $product: revision $number was interrupted ($state): removed"
  k delete secret "sh.helm.release.v1.$product.v$number" --namespace "$product" >/dev/null ||
    fail 1 "kubectl cannot remove the interrupted revision $number of $product: its message is above"
  # The next revision may have a Job of another name, and helm no longer knows this one.
  remove_migrate "$product" "$not_succeeded"
}

# Deletes a migrate Job that has failed for good, because Kubernetes never retries it. helm then creates another one.
remove_failed_migrate() { # PRODUCT
  remove_migrate "$1" "$failed_for_good"
}

# Templates of kubectl for a Job.
not_succeeded='{{ if not .status.succeeded }}{{ .metadata.name }}{{ "\n" }}{{ end }}'
failed_for_good='{{ $name := .metadata.name }}{{ range .status.conditions }}{{ if and (eq .type "Failed") (eq .status "True") }}{{ $name }}{{ "\n" }}{{ end }}{{ end }}'

# Prints the migrate Job of a product when it has failed for good.
failed_migrate() { migrate_jobs "$1" "$failed_for_good"; } # NAMESPACE

# migrate_jobs NAMESPACE TEMPLATE: prints the names of the migrate Jobs that the template selects. A release has no other Jobs;
# only the pods of a Job have a label with their component.
migrate_jobs() {
  k get jobs --namespace "$1" --selector "app.kubernetes.io/instance=$1" --output "go-template={{ range .items }}$2{{ end }}"
}

# remove_migrate NAMESPACE TEMPLATE: deletes these Jobs.
remove_migrate() {
  local jobs
  jobs=$(migrate_jobs "$1" "$2") || fail 1 "kubectl cannot read the jobs of $1: its message is above"
  if [ -z "$jobs" ]; then return 0; fi
  say "  $1: $jobs did not succeed: removed, so that the database is migrated again"
  # shellcheck disable=SC2086
  k delete job $jobs --namespace "$1" >/dev/null || fail 1 "kubectl cannot remove a job of $1: its message is above"
}
