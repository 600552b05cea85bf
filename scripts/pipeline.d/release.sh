# shellcheck shell=bash
# Bringing it to an environment, and back.

helm_() {
  local context=()
  if [ -n "${KUBE_CONTEXT:-}" ]; then context=(--kube-context "$KUBE_CONTEXT"); fi
  # An empty array counts as unset in the bash of macOS.
  helm ${context[@]+"${context[@]}"} --namespace "$product" "$@"
}

reach_cluster() {
  need_tools helm
  if [ -z "${EKS_CLUSTER:-}" ]; then return; fi
  need_tools aws
  export KUBECONFIG=$root/target/pipeline/kubeconfig
  (umask 077 && aws eks update-kubeconfig --name "$EKS_CLUSTER" --kubeconfig "$KUBECONFIG" >/dev/null)
}

# The revision that runs; nothing when there is none.
running_revision() {
  helm_ history "$product" --max 20 2>/dev/null | awk -F '\t' '$3 ~ /^deployed/ { sub(/ +$/, "", $1); print $1 }' | tail -n 1
}

# What ran before this pipeline came, as `deploy` has noted it.
roll_back() { # WHY
  local before
  before=$(cat "$output/before")
  if [ -z "$before" ]; then fail 1 "$1; there was no release before it to go back to: it stays as it is, to be looked at"; fi
  helm_ rollback "$product" "$before" --wait --timeout 10m || fail 1 "$1, and going back to revision $before failed, too"
  fail 1 "$1: revision $before is back"
}

step_deploy() {
  local environment=${ENVIRONMENT:-staging} file values image
  file=services/$product/pipeline/environments/$environment.yaml
  if [ ! -f "$file" ]; then fail 64 "ENVIRONMENT: there is no $file"; fi
  if [ ! -f "$output/image.json" ]; then fail 64 "there is no $output/image.json: the step image makes it"; fi
  image=$(pushed_image)
  if [ -z "$image" ]; then fail 64 'the image has no digest, as it was not pushed: set IMAGE_REPOSITORY for the step image'; fi
  reach_cluster
  values=(--values "$file")
  if [ -n "${ENVIRONMENT_VALUES:-}" ]; then
    if [ ! -f "$ENVIRONMENT_VALUES" ]; then fail 64 "ENVIRONMENT_VALUES: there is no $ENVIRONMENT_VALUES"; fi
    values+=(--values "$ENVIRONMENT_VALUES")
  fi
  running_revision >"$output/before"
  say "$environment: $image"
  helm_ upgrade --install "$product" "services/$product/chart" --create-namespace "${values[@]}" \
    --values "$output/image.json" --wait --timeout 15m || roll_back "$product did not come up"
}

step_smoke() {
  if [ ! -f "$output/before" ]; then fail 64 "there is no $output/before: the step deploy makes it"; fi
  reach_cluster
  helm_ test "$product" --logs --timeout 5m || roll_back "the tests of $product failed"
}
