# shellcheck shell=bash
# Deploys a product to an environment, and rolls it back.

helm_() {
  local context=()
  if [ -n "${KUBE_CONTEXT:-}" ]; then context=(--kube-context "$KUBE_CONTEXT"); fi
  # The bash of macOS treats an empty array as unset.
  helm ${context[@]+"${context[@]}"} --namespace "$product" "$@"
}

reach_cluster() {
  need_tools helm kubectl
  # For the functions of scripts/cluster.d; empty is the current context.
  context=${KUBE_CONTEXT:-}
  if [ -z "${EKS_CLUSTER:-}" ]; then return; fi
  need_tools aws
  export KUBECONFIG=$root/target/pipeline/kubeconfig
  (umask 077 && aws eks update-kubeconfig --name "$EKS_CLUSTER" --kubeconfig "$KUBECONFIG" >/dev/null) ||
    fail 1 "the AWS CLI gives no access to the cluster $EKS_CLUSTER: its message is above"
}

# Stores the history of the release in $output/history. helm fails alike for a release that does not exist and for a cluster
# that does not answer; its message tells them apart.
read_history() {
  if helm_ history "$product" --max 20 >"$output/history" 2>"$output/history.log"; then return; fi
  : >"$output/history"
  if grep -F 'release: not found' "$output/history.log" >/dev/null; then return; fi
  cat "$output/history.log" >&2
  return 1
}

# Prints the number and the state of each revision.
revisions() { awk -F '\t' '$1 ~ /^[0-9]/ { gsub(/ /, "", $1); gsub(/ /, "", $3); print $1 " " $3 }' "$output/history"; }

# Prints the latest revision of the release, and its state; nothing when there is no release.
revision() {
  read_history || return 1
  revisions | tail -n 1
}

# Prints the deployed revision; nothing when there is none.
running_revision() {
  read_history || return 1
  revisions | awk '$2 == "deployed" { print $1 }' | tail -n 1
}

# Prints the commit that the deployed revision was made from; nothing when it is unknown. A rollback keeps this label.
released_commit() {
  k get secrets --namespace "$product" --selector "owner=helm,name=$product,status=deployed" --output 'jsonpath={.items[*].metadata.labels.commit}'
}

# Fails when the deployed revision was made from a later commit of the main branch, as when an old pipeline is started again.
refuse_older() {
  local released
  released=$(released_commit) || fail 1 "kubectl cannot read the release of $product: its message is above"
  if [ -z "$released" ] || [ "$released" = "$(git rev-parse HEAD)" ]; then return 0; fi
  if ! git rev-parse --verify --quiet "$released^{commit}" >/dev/null; then
    say "the running release was made from $released, which this clone does not have: cannot compare their age"
    return 0
  fi
  # After a force push, the main branch no longer has the released commit, and an older one may be its newest.
  if ! git merge-base --is-ancestor HEAD "$released" || ! is_on_main "$released"; then return 0; fi
  if [ "${ALLOW_OLDER:-}" = yes ]; then
    say "ALLOW_OLDER: deploys an older commit than the running $released"
    return 0
  fi
  fail 1 "$(git rev-parse HEAD) is older than the running release, made from $released: start the newest commit's pipeline; to go back, revert the change, or set ALLOW_OLDER=yes"
}

# Rolls back to the revision that ran before this pipeline, which `deploy` has stored.
roll_back() { # WHY
  local before
  before=$(cat "$output/before")
  if [ -z "$before" ]; then fail 1 "$1; there is no earlier release to roll back to: the failed one stays for inspection"; fi
  keep_replicas "$product"
  # shellcheck disable=SC2046
  helm_ rollback "$product" "$before" --wait --timeout 10m $(take_over) || fail 1 "$1, and the rollback to revision $before failed too"
  fail 1 "$1: rolled back to revision $before"
}

# Sets `values`, the options of helm with the values of the environment.
choose_values() { # ENVIRONMENT
  local file=services/$product/pipeline/environments/$1.yaml
  if [ ! -f "$file" ]; then fail 64 "ENVIRONMENT: no file $file"; fi
  values=(--values "$file")
  if [ -n "${ENVIRONMENT_VALUES:-}" ]; then
    if [ ! -f "$ENVIRONMENT_VALUES" ]; then fail 64 "ENVIRONMENT_VALUES: no file $ENVIRONMENT_VALUES"; fi
    values+=(--values "$ENVIRONMENT_VALUES")
  fi
}

# Makes a release that exists ready for the next revision.
prepare_release() {
  local latest
  latest=$(revision) || fail 1 "helm cannot read the release of $product: its message is above"
  if [ -z "$latest" ]; then return 0; fi
  refuse_older
  end_interrupted "$product"
  remove_failed_migrate "$product"
  keep_replicas "$product"
}

step_deploy() {
  local environment=${ENVIRONMENT:-staging} values image commit
  choose_values "$environment"
  if [ ! -f "$output/image.json" ]; then fail 64 "no file $output/image.json: run the step image first"; fi
  image=$(pushed_image)
  if [ -z "$image" ]; then fail 64 'the image has no digest, since it was not pushed: set IMAGE_REPOSITORY for the step image'; fi
  commit=$(git rev-parse HEAD) || fail 1 'git cannot name the commit: its message is above'
  reach_cluster
  prepare_release
  running_revision >"$output/before" || fail 1 "helm cannot read the release of $product: its message is above"
  say "$environment: $image"
  # shellcheck disable=SC2046
  helm_ upgrade --install "$product" "services/$product/chart" --create-namespace "${values[@]}" \
    --values "$output/image.json" --wait --timeout 15m --labels "commit=$commit" $(take_over) || roll_back "$product did not become ready"
}

step_smoke() {
  if [ ! -f "$output/before" ]; then fail 64 "no file $output/before: run the step deploy first"; fi
  reach_cluster
  helm_ test "$product" --logs --timeout 5m || roll_back "the tests of $product failed"
}
