# shellcheck shell=bash
# Deploys a product to an environment, and rolls it back.

helm_() {
  local context=()
  if [ -n "${KUBE_CONTEXT:-}" ]; then context=(--kube-context "$KUBE_CONTEXT"); fi
  # The bash of macOS treats an empty array as unset.
  helm ${context[@]+"${context[@]}"} --namespace "$product" "$@"
}

reach_cluster() {
  need_tools helm
  if [ -z "${EKS_CLUSTER:-}" ]; then return; fi
  need_tools aws
  export KUBECONFIG=$root/target/pipeline/kubeconfig
  (umask 077 && aws eks update-kubeconfig --name "$EKS_CLUSTER" --kubeconfig "$KUBECONFIG" >/dev/null)
}

# Prints the deployed revision; nothing when there is none.
running_revision() {
  helm_ history "$product" --max 20 2>/dev/null | awk -F '\t' '$3 ~ /^deployed/ { sub(/ +$/, "", $1); print $1 }' | tail -n 1
}

# Rolls back to the revision that ran before this pipeline, which `deploy` has stored.
roll_back() { # WHY
  local before
  before=$(cat "$output/before")
  if [ -z "$before" ]; then fail 1 "$1; there is no earlier release to roll back to: the failed one stays for inspection"; fi
  helm_ rollback "$product" "$before" --wait --timeout 10m || fail 1 "$1, and the rollback to revision $before failed too"
  fail 1 "$1: rolled back to revision $before"
}

step_deploy() {
  local environment=${ENVIRONMENT:-staging} file values image
  file=services/$product/pipeline/environments/$environment.yaml
  if [ ! -f "$file" ]; then fail 64 "ENVIRONMENT: no file $file"; fi
  if [ ! -f "$output/image.json" ]; then fail 64 "no file $output/image.json: run the step image first"; fi
  image=$(pushed_image)
  if [ -z "$image" ]; then fail 64 'the image has no digest, since it was not pushed: set IMAGE_REPOSITORY for the step image'; fi
  reach_cluster
  values=(--values "$file")
  if [ -n "${ENVIRONMENT_VALUES:-}" ]; then
    if [ ! -f "$ENVIRONMENT_VALUES" ]; then fail 64 "ENVIRONMENT_VALUES: no file $ENVIRONMENT_VALUES"; fi
    values+=(--values "$ENVIRONMENT_VALUES")
  fi
  running_revision >"$output/before"
  say "$environment: $image"
  helm_ upgrade --install "$product" "services/$product/chart" --create-namespace "${values[@]}" \
    --values "$output/image.json" --wait --timeout 15m || roll_back "$product did not become ready"
}

step_smoke() {
  if [ ! -f "$output/before" ]; then fail 64 "no file $output/before: run the step deploy first"; fi
  reach_cluster
  helm_ test "$product" --logs --timeout 5m || roll_back "the tests of $product failed"
}
