# shellcheck shell=bash
# What all steps share: messages, what may be missing, and what a commit is compared with.

fail() { # STATUS MESSAGE
  printf 'scripts/pipeline: %s\n' "$2" >&2
  exit "$1"
}

# skip NAME HOW: says so loudly; in CI, where nobody reads it, it fails.
skip() {
  printf 'SKIPPED %s: %s\n' "$1" "$2"
  if [ -z "${CI:-}" ]; then return; fi
  case " ${MAY_SKIP:-} " in
    *" $1 "*) ;;
    *) fail 69 "$1 is missing, and CI is set: nothing is skipped there but what MAY_SKIP names" ;;
  esac
}

# base: the commit that this one is compared with; nothing when it can't be known.
base() {
  local wanted
  case ${PIPELINE_BASE:-} in
    # What GitHub and GitLab say for a branch that is new.
    '' | 0000000000000000000000000000000000000000)
      for wanted in origin/main main; do
        if git rev-parse --verify --quiet "$wanted^{commit}"; then return; fi
      done
      ;;
    *) git rev-parse --verify --quiet "$PIPELINE_BASE^{commit}" || true ;;
  esac
}

# What a product is made and tested from. tests/architecture holds it against what Cargo says.
step_watched() {
  printf '%s\n' "services/$product" proto infra/chassis infra/devstack tests/support \
    Cargo.toml Cargo.lock rust-toolchain.toml clippy.toml rustfmt.toml deny.toml .dockerignore \
    scripts/pipeline scripts/pipeline.d scripts/cluster.d scripts/test scripts/prerequisites
}

# In doubt, true.
step_changed() {
  local from path watched=() files
  while IFS= read -r path; do watched+=("$path"); done < <(step_watched)
  from=$(base)
  if [ -z "$from" ]; then
    printf 'nothing is known to compare with: all of it counts as changed\n' >&2
    echo true
  elif [ "$from" = "$(git rev-parse HEAD)" ]; then
    printf 'this is what it would be compared with: it counts as changed\n' >&2
    echo true
  elif ! files=$(git diff --name-only "$from...HEAD" -- "${watched[@]}"); then
    printf 'git can not compare: all of it counts as changed\n' >&2
    echo true
  elif [ -n "$files" ]; then
    printf '%s\n' "$files" >&2
    echo true
  else
    printf 'nothing of %s has changed since %s\n' "$product" "$from" >&2
    echo false
  fi
}
