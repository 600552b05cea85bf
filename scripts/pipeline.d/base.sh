# shellcheck shell=bash
# Shared by all steps: messages, missing tools, and the commit to compare with.

fail() { # STATUS MESSAGE
  printf 'scripts/pipeline: %s\n' "$2" >&2
  exit "$1"
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

# base: prints the commit to compare with; nothing when it is unknown.
base() {
  local wanted
  case ${PIPELINE_BASE:-} in
    # GitHub and GitLab give zeros for a new branch.
    '' | 0000000000000000000000000000000000000000)
      for wanted in origin/main main; do
        if git rev-parse --verify --quiet "$wanted^{commit}"; then return; fi
      done
      ;;
    *) git rev-parse --verify --quiet "$PIPELINE_BASE^{commit}" || true ;;
  esac
}

# Prints the paths that a product is built and tested from. tests/architecture compares them with Cargo's dependencies.
step_watched() {
  printf '%s\n' "services/$product" proto infra/chassis infra/devstack tests/support \
    Cargo.toml Cargo.lock rust-toolchain.toml clippy.toml rustfmt.toml deny.toml .dockerignore \
    scripts/pipeline scripts/pipeline.d scripts/common.d scripts/cluster.d scripts/test scripts/test.d scripts/prerequisites
}

# Prints whether the product has changed; true when that is unknown.
step_changed() {
  local from path watched=() files
  while IFS= read -r path; do watched+=("$path"); done < <(step_watched)
  from=$(base)
  if [ -z "$from" ]; then
    printf 'no base to compare with: the product counts as changed\n' >&2
    echo true
  elif [ "$from" = "$(git rev-parse HEAD)" ]; then
    printf 'HEAD is the base itself: the product counts as changed\n' >&2
    echo true
  elif ! files=$(git diff --name-only "$from...HEAD" -- "${watched[@]}"); then
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
