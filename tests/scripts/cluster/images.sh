# shellcheck shell=bash disable=SC2154
# The names of images, and the files that they are built from.

# image [NAME=VALUE…]: prints the name of login's image.
image() {
  # The inner shell expands the variables.
  # shellcheck disable=SC2016
  on_mac env "$@" bash -c 'set -euo pipefail; root=$PWD; . scripts/cluster.d/common.sh; . scripts/cluster.d/images.sh; image_of services/login'
}

is_for() { # ARCHITECTURE NAME=VALUE…
  local wanted=$1 name
  shift
  name=$(image "$@") || return 1
  case $name in localhost/login:????????????-"$wanted") ;; *) printf '%s %s\n' "$name" "$*"; return 1 ;; esac
}

each_architecture() {
  machine docker=up podman=up buildah
  is_for amd64 && is_for arm64 STUB_MACHINE=arm64 && is_for arm64 STUB_MACHINE=aarch64 &&
    is_for arm64 IMAGE_BUILDER=podman STUB_MACHINE=aarch64 && is_for amd64 IMAGE_BUILDER=buildah &&
    is_for arm64 IMAGE_BUILDER='buildah bud --layers' STUB_MACHINE=aarch64 && is_for riscv64 IMAGE_BUILDER=buildah STUB_MACHINE=riscv64
}

# What the options ask for counts, not the machine.
asked_architecture() {
  machine docker=up podman=up buildah
  is_for arm64 IMAGE_BUILDER='docker build --platform linux/arm64' && is_for arm64 IMAGE_BUILDER='podman build --platform=linux/arm64/v8 --quiet' &&
    is_for arm64 IMAGE_BUILDER='buildah bud --arch arm64' && is_for arm64 DOCKER_DEFAULT_PLATFORM=linux/arm64 &&
    is_for amd64 DOCKER_DEFAULT_PLATFORM=linux/arm64 IMAGE_BUILDER=buildah &&
    fails 64 'one platform' image IMAGE_BUILDER='docker build --platform linux/amd64,linux/arm64'
}

# Pods on nodes of another architecture would end with "exec format error".
other_nodes() {
  machine docker=up kind
  fails 69 'the nodes of context kind-devops-practice are arm64, but docker builds for amd64' on_mac env STUB_NODES=arm64 scripts/cluster up &&
    not_called 'docker build ' && fails 1 'MISSING  the nodes of context' on_mac env STUB_NODES=arm64 scripts/cluster doctor
}

litter='.DS_Store services/login/.env services/login/notes.txt services/login/src/main.rs~ proto/.DS_Store infra/chassis/id_rsa services/login/migrations/copy.sql'
drop_litter() { (cd "$work/copy" && rm -f $litter); }

# Files that git does not track.
untracked() {
  local before
  machine docker=up
  before=$(image) || return 1
  (cd "$work/copy" && for it in $litter; do echo secret >"$it"; done)
  [ "$(image)" = "$before" ] && cluster build login >"$work/build" &&
    ! grep -E 'DS_Store|env|notes|~|id_rsa|copy.sql' "$STUB_STATE/context" &&
    grep -F './services/login/src/main.rs' "$STUB_STATE/context" >/dev/null &&
    grep -F '    services/login/migrations/copy.sql' "$work/build" >/dev/null && ! grep -F '.env' "$work/build"
}

# A change of a tracked file counts, before it is committed.
tracked_change() {
  local before after
  machine docker=up
  before=$(image) || return 1
  echo '// changed' >>"$work/copy/services/login/src/main.rs"
  after=$(image) && [ "$after" != "$before" ] || return 1
  rm "$work/copy/services/login/src/main.rs"
  [ "$(image)" != "$after" ] && [ "$(image)" != "$before" ] || return 1
  git -C "$work/copy" checkout --quiet services/login/src/main.rs
  echo 'new' >"$work/copy/services/login/src/새.rs"
  [ "$(image)" = "$before" ] && git -C "$work/copy" add services/login/src && [ "$(image)" != "$before" ] && cluster build login &&
    grep -F './services/login/src/새.rs' "$STUB_STATE/context" >/dev/null
}
undo() { git -C "$work/copy" reset --quiet --hard && git -C "$work/copy" clean --quiet -fdx; }

not_an_input() {
  local before it
  machine docker=up
  before=$(image) || return 1
  for it in README.md services/login/chart/values.yaml services/login/product.toml services/ad/src/main.rs; do echo >>"$work/copy/$it"; done
  [ "$(image)" = "$before" ]
}

# A downloaded archive has no .git: the same name, and no hidden file in the image.
archive() {
  local before status=0
  machine docker=up
  before=$(image) || return 1
  mv "$work/copy/.git" "$work/git"
  mkdir -p "$work/copy/target"
  (cd "$work/copy" && for it in .DS_Store services/login/.env services/login/src/main.rs~ proto/.DS_Store target/big; do echo secret >"$it"; done)
  [ "$(image)" = "$before" ] && cluster build login && ! grep -E 'DS_Store|/\.env|~|target' "$STUB_STATE/context" &&
    grep -F './services/login/.sqlx/' "$STUB_STATE/context" >/dev/null || status=1
  mv "$work/git" "$work/copy/.git"
  return "$status"
}

# A clone whose git is missing, or refuses it, must not count as an archive.
no_git() {
  local status=0
  machine docker=up
  mv "$work/mac/git" "$work/kept"
  fails 69 'git is missing' cluster build login || status=1
  mv "$work/kept" "$work/mac/git"
  mv "$work/copy/.git" "$work/git"
  echo 'gitdir: /nowhere' >"$work/copy/.git"
  fails 69 'git cannot list the files' cluster build login || status=1
  rm "$work/copy/.git"
  mv "$work/git" "$work/copy/.git"
  return "$status"
}

new_product() {
  local status=0
  machine docker=up
  mkdir -p "$work/copy/services/shop"
  cp "$work/copy/services/ad/Dockerfile" "$work/copy/services/shop/"
  fails 1 'git tracks no file of services/shop' cluster build shop || status=1
  rm -rf "$work/copy/services/shop"
  return "$status"
}

# git of Windows makes line ends CRLF, unless the repository forbids it.
line_ends() {
  local before
  machine docker=up
  before=$(image) || return 1
  rm -rf "$work/windows"
  git -c core.autocrlf=true clone --quiet "$work/copy" "$work/windows" && ! git -C "$work/windows" ls-files --eol | grep 'w/crlf' &&
    [ "$(git -C "$work/windows" status --short)" = '' ] && "$work/windows/scripts/cluster" --help >/dev/null
}

image_cases() {
  local it
  case_ 'images: the tag has the architecture' each_architecture
  case_ 'images: … that the builder is told' asked_architecture
  case_ 'images: nodes of another architecture' other_nodes
  for it in untracked tracked_change not_an_input archive no_git new_product line_ends; do
    case_ "images: $(printf '%s' "$it" | tr _ ' ')" "$it"
    undo
  done
}
