# shellcheck shell=bash disable=SC2154
# Tests of scripts/pipeline alone.

# step COPY STEP [NAME=VALUE…]: runs a step in the copy, with the stubs.
step() {
  local copy=$1 name=$2
  shift 2
  (cd "$work/$copy" && env -u CI PATH="$stub_path" STUB_LOG="$work/$copy.calls" "$@" scripts/pipeline "$name" login)
}
begin() { rm -f "$work/$1.calls"; }

changed_is() { # PATH ANSWER
  local answer
  fresh changed "$1"
  answer=$(step changed changed) || return 1
  [ "$answer" = "$2" ] || { printf '%s: %s\n' "$1" "$answer"; return 1; }
}

new_branch_is_compared_with_main() {
  fresh changed services/ad/src/main.rs
  [ "$(step changed changed PIPELINE_BASE=0000000000000000000000000000000000000000)" = false ]
}

# A change whose deploy has failed, and then a push that changes only documents: RELEASED is the commit that runs.
since_release() { # ANSWER RELEASED [NAME=VALUE…]
  local wanted=$1 released commit=$2
  shift 2
  fresh changed services/login/src/main.rs
  (cd "$work/changed" && printf '\n' >>README.md && git commit --quiet --all --message 'Change documents' && git update-ref refs/remotes/origin/main HEAD)
  released=$(git -C "$work/changed" rev-parse --verify --quiet "$commit^{commit}") || released=$commit
  [ "$(step changed changed PIPELINE_BASE=released STUB_COMMIT="$released" "$@")" = "$wanted" ]
}

# The release runs a commit that a force push has removed from the main branch.
release_is_ahead() {
  local gone
  fresh changed services/login/src/main.rs
  gone=$(git -C "$work/changed" rev-parse HEAD)
  git -C "$work/changed" reset --quiet --hard HEAD^
  [ "$(step changed changed PIPELINE_BASE=released STUB_COMMIT="$gone")" = true ]
}

counts_as_changed() { [ "$(step changed changed "$@")" = true ]; }

order_is_kept() {
  local wanted
  begin changed
  step changed check IMAGE_BUILDER=buildah || return 1
  # The first call of each tool.
  wanted='cargo fmt|cargo clippy|cargo test|buf lint|buf breaking|buildah bud|cargo-cyclonedx|cargo-deny|helm lint|helm template|kubeconform'
  calls changed | grep -oE "^($wanted)" | awk '!seen[$0]++' >"$work/order"
  printf '%s\n' "$wanted" | tr '|' '\n' | diff - "$work/order"
}

stops_before_image() {
  begin changed
  if step changed check STUB_FAIL='cargo test'; then echo 'the later steps ran'; return 1; fi
  called changed 'cargo test' && not_called changed buildah
}

# In CI a missing tool fails the step, unless MAY_SKIP names it.
skips_only_at_home() {
  rm "$work/stubs/hadolint"
  local status=0
  step changed lint PATH="$work/stubs:/usr/bin:/bin:$(dirname "$(command -v cargo)")" | grep '^SKIPPED hadolint' >/dev/null || status=1
  if step changed lint PATH="$work/stubs:/usr/bin:/bin:$(dirname "$(command -v cargo)")" CI=true; then status=1; fi
  step changed lint PATH="$work/stubs:/usr/bin:/bin:$(dirname "$(command -v cargo)")" CI=true MAY_SKIP='x hadolint' || status=1
  ln -s "$here/stub" "$work/stubs/hadolint"
  return "$status"
}

# compares BASE EXPRESSION: whether the contracts are compared with the commit of the expression, when CI is set.
compares() {
  fresh changed services/login/src/main.rs
  begin changed
  step changed contract CI=true PIPELINE_BASE="$1" >"$work/compared" || return 1
  called changed 'buf breaking' && grep -F "$(git -C "$work/changed" rev-parse "$2")" "$work/compared" >/dev/null
}

compares_with_replaced_history() {
  local other
  fresh changed services/login/src/main.rs
  other=$(git -C "$work/changed" commit-tree -m Other 'HEAD^{tree}')
  begin changed
  step changed contract CI=true PIPELINE_BASE="$other" && called changed 'buf breaking'
}

first_commit_has_no_base() {
  fresh changed services/login/src/main.rs
  git -C "$work/changed" update-ref -d refs/remotes/origin/main
  git -C "$work/changed" checkout --quiet --detach HEAD^
  git -C "$work/changed" branch --quiet --delete --force main
  begin changed
  step changed contract CI=true && not_called changed 'buf breaking'
}

# A clone of the last commit alone cannot compare: a failure in CI.
shallow_clone_fails() {
  fresh changed services/login/src/main.rs
  rm -rf "$work/shallow"
  git clone --quiet --depth 1 "file://$work/changed" "$work/shallow" && rm -f "$work/shallow.calls"
  if step shallow contract CI=true PIPELINE_BASE=1111111111111111111111111111111111111111; then return 1; fi
  step shallow contract PIPELINE_BASE=1111111111111111111111111111111111111111 | grep '^SKIPPED breaking' >/dev/null
}

# Runs the real buf on a changed contract.
contract_is() { # compatible|broken SED-SCRIPT
  local status=0 file=$work/contract/proto/login/v1/login.proto
  fresh contract README.md
  sed "$2" "$file" >"$work/changed.proto"
  if cmp -s "$file" "$work/changed.proto"; then echo 'the sed script changed nothing'; return 1; fi
  mv "$work/changed.proto" "$file"
  (cd "$work/contract" && PATH="$tools/npm/node_modules/.bin:$PATH" scripts/pipeline contract login) >"$work/buf" || status=$?
  cat "$work/buf"
  case $1 in compatible) [ "$status" -eq 0 ] ;; broken) [ "$status" -ne 0 ] && grep -q 'changed type' "$work/buf" ;; esac
}

repository=registry.example.com/login
digest=sha256:0000000000000000000000000000000000000000000000000000000000000001

pushes() {
  begin changed
  step changed image IMAGE_BUILDER=buildah IMAGE_REPOSITORY=$repository REGISTRY_USER=me REGISTRY_PASSWORD=secret || return 1
  called changed 'buildah login --username me --password-stdin registry.example.com' && not_called changed secret &&
    called changed 'buildah push' &&
    grep -qF "\"repository\":\"$repository\"" "$work/changed/target/pipeline/login/image.json" &&
    grep -qF "\"digest\":\"$digest\"" "$work/changed/target/pipeline/login/image.json"
}

# A failed push must not leave an older digest.
needs_the_push() {
  pushes || return 1
  if step changed image IMAGE_BUILDER=buildah IMAGE_REPOSITORY=$repository STUB_FAIL='buildah push'; then return 1; fi
  [ ! -f "$work/changed/target/pipeline/login/image.json" ]
}

fails_with() { # STEP CALL
  begin changed
  if step changed "$1" STUB_FAIL="$2" IMAGE_BUILDER=buildah; then printf '%s passed without %s\n' "$1" "$2"; return 1; fi
  called changed "$2"
}

each_tool_decides() {
  local it
  for it in 'lint:cargo fmt' 'lint:cargo clippy' 'lint:hadolint' 'test:cargo test' 'contract:buf lint' 'contract:buf breaking' \
    'image:buildah bud' 'sbom:cargo-cyclonedx' 'scan:cargo-deny --log-level error check bans' \
    'scan:cargo-deny --log-level error check advisories' 'chart:helm lint' 'chart:helm unittest services' 'chart:helm template' \
    'chart:kubeconform'; do
    fails_with "${it%%:*}" "${it#*:}" || return 1
  done
}

# An image that the registry already has is not built again.
pushes_once() {
  begin changed
  step changed image IMAGE_BUILDER=buildah IMAGE_REPOSITORY=$repository STUB_DIGEST=$digest || return 1
  not_called changed 'buildah bud' && not_called changed 'buildah push' &&
    grep -qF "\"digest\":\"$digest\"" "$work/changed/target/pipeline/login/image.json"
}

# absent ANSWER [REPOSITORY]: by this answer of the registry, the image is not there, and is built.
absent() {
  begin changed
  step changed image IMAGE_BUILDER=buildah IMAGE_REPOSITORY="${2:-$repository}" STUB_REGISTRY="$1" && called changed 'buildah bud' && called changed 'buildah push'
}

# unknown ANSWER: by this answer, nobody knows whether the image is there.
unknown() {
  local status=0
  begin changed
  step changed image IMAGE_BUILDER=buildah IMAGE_REPOSITORY="$repository" STUB_REGISTRY="$1" >"$work/failure" 2>&1 || status=$?
  cat "$work/failure"
  [ "$status" -eq 75 ] && grep -F "$1" "$work/failure" >/dev/null && not_called changed 'buildah bud'
}

each_answer_counts() {
  local it
  for it in 'manifest unknown' 'name unknown' 'StatusCode: 404, '; do absent "$it" || return 1; done
  absent 'denied: requested access to the resource is denied' docker.io/me/login || return 1
  for it in 'toomanyrequests: You have reached your pull rate limit.' 'StatusCode: 429, ' unauthorized denied \
    'received unexpected HTTP status: 503 Service Unavailable' 'dial tcp 192.0.2.1:443: i/o timeout'; do
    unknown "$it" || return 1
  done
}

# Runs the guard of each Dockerfile.
refuses_emulation() {
  local file guard
  for file in services/*/Dockerfile infra/devstack/Dockerfile; do
    guard=$(sed -n 's/^RUN \(if .*BUILDARCH.*\)/\1/p' "$file")
    [ -n "$guard" ] || { printf 'no guard in %s\n' "$file"; return 1; }
    BUILDARCH=amd64 TARGETARCH=amd64 sh -c "$guard" && TARGETARCH=arm64 sh -c "$guard" &&
      BUILDARCH=amd64 TARGETARCH=arm64 EMULATION=allowed sh -c "$guard" || return 1
    if BUILDARCH=amd64 TARGETARCH=arm64 EMULATION=refused sh -c "$guard"; then printf '%s compiles under emulation\n' "$file"; return 1; fi
  done
}

asks_aws() {
  begin changed
  step changed image IMAGE_BUILDER=buildah IMAGE_REPOSITORY=123456789012.dkr.ecr.eu-central-1.amazonaws.com/login || return 1
  called changed 'aws ecr get-login-password --region eu-central-1' &&
    called changed 'buildah login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com'
}

# Makes a real bill of materials and checks it by the schema of CycloneDX.
sbom_is_valid() {
  scripts/pipeline sbom login && "$tools/python/bin/python" - target/pipeline/login/sbom.cdx.json <<'END'
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = open(sys.argv[1]).read()
problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
assert problem is None, problem
names = {part["name"] for part in json.loads(text)["components"]}
assert {"axum", "sqlx", "rdkafka"} <= names, names
END
}

part_steps() {
  case_ 'changed: own code' changed_is services/login/src/main.rs true
  case_ 'changed: the chassis' changed_is infra/chassis/src/lib.rs true
  case_ 'changed: not by another product' changed_is services/ad/src/main.rs false
  case_ 'changed: not by documents' changed_is docs/decisions/0001-one-product-one-folder.md false
  case_ 'changed: an unknown base' counts_as_changed PIPELINE_BASE=1111111111111111111111111111111111111111
  case_ 'changed: a new branch, for which GitHub gives zeros' new_branch_is_compared_with_main
  case_ 'changed: since the release, not since the last push' since_release true HEAD~2
  case_ 'changed: … and not when the release has the change' since_release false HEAD~1
  case_ 'changed: … and not when HEAD itself runs' since_release false HEAD
  case_ 'changed: a release without a commit' since_release true ''
  case_ 'changed: a release of a commit that is gone' since_release true 1111111111111111111111111111111111111111
  case_ 'changed: a cluster that does not answer' since_release true HEAD STUB_CLUSTER=down
  case_ 'changed: a release that is ahead of a force push' release_is_ahead
  case_ 'contract: since the merge base' compares origin/main origin/main
  case_ 'contract: a base that a force push removed' compares 1111111111111111111111111111111111111111 HEAD^
  case_ 'contract: HEAD is the base itself' compares HEAD HEAD^
  case_ 'contract: a history that was replaced' compares_with_replaced_history
  case_ 'contract: the first commit' first_commit_has_no_base
  case_ 'contract: a shallow clone' shallow_clone_fails
  fresh changed services/login/src/main.rs
  case_ 'check: the order of the steps' order_is_kept
  case_ 'check: a failing test stops before the image' stops_before_image
  case_ 'lint: a missing tool is skipped outside CI only' skips_only_at_home
  case_ 'check: each failing tool fails its step' each_tool_decides
  case_ 'image: pushed, and identified by its digest' pushes
  case_ 'image: no digest after a failed push' needs_the_push
  case_ 'image: the same content is built once' pushes_once
  case_ 'image: only the answer "not there" is that' each_answer_counts
  case_ 'image: is not compiled under emulation' refuses_emulation
  case_ 'image: login at ECR by the AWS CLI' asks_aws
  if has buf || npm_tool @bufbuild/buf@1.75.0 buf; then
    case_ 'contract: a new field is compatible' contract_is compatible 's/^\(message GetUserRequest {\)/\1\n  \/\/ New.\n  string more = 99;/'
    case_ 'contract: a changed field type is breaking' contract_is broken 's/string user_id = 1;/int64 user_id = 1;/'
  else
    skip contract 'buf could not be fetched from npm'
  fi
  if python_tool cyclonedx 'cyclonedx-python-lib[json-validation]>=11,<12'; then
    case_ 'sbom: the real crates match the schema of CycloneDX' sbom_is_valid
  else
    skip sbom 'cyclonedx-python-lib could not be fetched from PyPI'
  fi
}
