# shellcheck shell=bash
# Shared by all steps: messages, missing tools, and the commit to compare with.

fail() { # STATUS MESSAGE
  printf 'scripts/pipeline: %s\n' "$2" >&2
  exit "$1"
}

# Ends every failed step with a line, since a command under `set -e` may fail without a message.
report_failure() { # STATUS
  if [ "$1" -eq 0 ]; then return; fi
  printf 'scripts/pipeline: the step %s of %s failed with exit code %d%s\n' "$step" "$product" "$1" "${failed_command:+, at: $failed_command}" >&2
}

# skip TOOL HOW: prints that the tool is missing; fails in CI unless MAY_SKIP names the tool.
skip() {
  printf 'SKIPPED %s: %s\n' "$1" "$2"
  if [ -z "${CI:-}" ]; then return; fi
  case " ${MAY_SKIP:-} " in
    *" $1 "*) ;;
    *) fail 69 "$1 is missing, and CI is set: install it, or name it in MAY_SKIP" ;;
  esac
}

# commit_of NAME: prints the commit; nothing when this clone does not have it.
commit_of() { git rev-parse --verify --quiet "$1^{commit}" || true; }

# Prints the commit of the running release; nothing when it is unknown. The reason is printed as a message.
released_base() {
  local released commit
  if ! released=$(reach_cluster && released_commit); then
    printf 'cannot read the release of %s: its commit is unknown\n' "$product" >&2
    return
  fi
  if [ -z "$released" ]; then
    printf 'no release of %s, or one without a commit\n' "$product" >&2
    return
  fi
  commit=$(commit_of "$released")
  if [ -z "$commit" ]; then printf 'the running release was made from %s, which this clone does not have\n' "$released" >&2; fi
  printf '%s\n' "$commit"
}

# base: prints the commit to compare with; nothing when it is unknown.
base() {
  local wanted
  case ${PIPELINE_BASE:-} in
    released) released_base ;;
    # GitHub and GitLab give zeros for a new branch.
    '' | 0000000000000000000000000000000000000000)
      for wanted in origin/main main; do
        if git rev-parse --verify --quiet "$wanted^{commit}"; then return; fi
      done
      ;;
    *) commit_of "$PIPELINE_BASE" ;;
  esac
}

step_base() { base; }

# is_on_main COMMIT: whether the main branch has it; true when there is no main branch.
is_on_main() {
  local main
  for main in origin/main main; do
    if [ -n "$(commit_of "$main")" ]; then git merge-base --is-ancestor "$1" "$main"; return; fi
  done
}

# Prints the paths that a product is built and tested from. tests/architecture compares them with Cargo's dependencies.
step_watched() {
  printf '%s\n' "services/$product" proto infra/chassis infra/devstack tests/support \
    Cargo.toml Cargo.lock rust-toolchain.toml clippy.toml rustfmt.toml deny.toml .dockerignore \
    scripts/pipeline scripts/pipeline.d scripts/common.d scripts/cluster.d scripts/test scripts/test.d scripts/prerequisites
}

# Prints the watched files that differ from FROM.
changed_files() { # FROM
  local path watched=()
  while IFS= read -r path; do watched+=("$path"); done < <(step_watched)
  # A release is compared as it is: HEAD may be older, or on another branch after a force push. A branch is compared from
  # where it began.
  if [ "${PIPELINE_BASE:-}" = released ]; then
    git diff --name-only "$1" HEAD -- "${watched[@]}"
  else
    git diff --name-only "$1...HEAD" -- "${watched[@]}"
  fi
}

# Prints whether the product has changed; true when that is unknown.
step_changed() {
  local from files
  from=$(base)
  if [ -z "$from" ]; then
    printf 'no base to compare with: the product counts as changed\n' >&2
    echo true
  elif [ "$from" = "$(git rev-parse HEAD)" ] && [ "${PIPELINE_BASE:-}" != released ]; then
    printf 'HEAD is the base itself: the product counts as changed\n' >&2
    echo true
  elif ! files=$(changed_files "$from"); then
    printf 'git diff failed: the product counts as changed\n' >&2
    echo true
  elif [ -n "$files" ]; then
    printf '%s\n' "$files" >&2
    echo true
  else
    printf 'no file of %s has changed since %s\n' "$product" "$from" >&2
    echo false
  fi
}
