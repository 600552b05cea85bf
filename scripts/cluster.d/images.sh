# shellcheck shell=bash
# Images: built from the repository, named by what they are built from, loaded into the cluster.

# Sets `builder`, the command that builds.
choose_builder() {
  local tool
  builder=${IMAGE_BUILDER:-}
  if [ -z "$builder" ]; then
    for tool in docker podman buildah; do
      if has "$tool"; then builder=$tool; break; fi
    done
  fi
  case $builder in
    '') fail 69 'no image builder: install docker, podman or buildah, or set IMAGE_BUILDER (scripts/cluster doctor)' ;;
    docker | podman) builder="$builder build" ;;
    buildah) builder='buildah bud' ;;
  esac
  need_tools "${builder%% *}"
}

# given_binary DOCKERFILE: the binary that IMAGE_BINARIES has for this image; nothing when it has none.
given_binary() {
  local name
  if [ -z "${IMAGE_BINARIES:-}" ]; then return; fi
  name=$(sed -n 's|^COPY --from=build /out/\([^ ]*\) .*|\1|p' "$1")
  if [ -n "$name" ] && [ -f "$IMAGE_BINARIES/$name" ]; then printf '%s' "$IMAGE_BINARIES/$name"; fi
}

# build_image NAME DOCKERFILE [FOLDER]: by the whole recipe, or, where a binary is given, without the stage that compiles it.
build_image() {
  choose_builder
  local file=$2 folder=${3:-$root} binary given='' status=0
  case $file in /*) ;; *) file=$PWD/$file ;; esac
  binary=$(given_binary "$file")
  if [ -n "$binary" ]; then
    given=$(mktemp -d)
    mkdir "$given/out"
    cp "$binary" "$given/out/"
  fi
  # The command may have arguments of its own.
  # shellcheck disable=SC2086
  (cd "$folder" && DOCKER_BUILDKIT=1 $builder ${given:+--build-context "build=$given"} -f "$file" -t "$1" .) || status=$?
  if [ -n "$given" ]; then rm -rf "$given"; fi
  return "$status"
}

is_built() {
  case ${builder%% *} in
    docker | podman) "${builder%% *}" image inspect "$1" >/dev/null 2>&1 ;;
    buildah) buildah inspect --type image "$1" >/dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}

# Before anything is made: images can be built here, and there is a way for them into the cluster.
need_images() {
  choose_builder
  case ${builder%% *} in
    docker | podman)
      "${builder%% *}" info >/dev/null 2>&1 || fail 69 "${builder%% *} does not answer: start it, or see scripts/cluster doctor"
      ;;
  esac
  if [ -n "${IMAGE_LOADER:-}" ]; then need_tools "${IMAGE_LOADER%% *}"; return; fi
  case $context in
    kind-*) need_tools kind ;;
    "$cluster_name" | minikube) need_tools minikube ;;
    docker-desktop | orbstack | rancher-desktop)
      if [ "${builder%% *}" = docker ]; then return; fi
      fail 69 "context $context runs what docker has, and $builder builds elsewhere: set IMAGE_BUILDER=docker, or IMAGE_LOADER"
      ;;
    *) fail 69 "IMAGE_LOADER is not set: a command that brings images into the cluster of context $context" ;;
  esac
  case ${builder%% *} in
    docker | podman | buildah) ;;
    *) fail 69 "IMAGE_LOADER has to be set when IMAGE_BUILDER is $builder" ;;
  esac
}

# load_images NAME…: each step says by itself whether it failed, as -e is off wherever the caller asks.
load_images() {
  if [ -n "${IMAGE_LOADER:-}" ]; then
    # shellcheck disable=SC2086
    $IMAGE_LOADER "$@"
    return
  fi
  case $context in
    kind-*) load_into_kind "${context#kind-}" "$@" ;;
    "$cluster_name" | minikube) load_into_minikube "$context" "$@" ;;
    *) ;; # it runs what docker has
  esac
}

# archive NAME: an image as a file, for builders whose storage kind and minikube don't know.
archive() {
  # podman would add to what an interrupted run has left.
  rm -f "$memory/image.tar"
  case ${builder%% *} in
    podman) podman save --quiet --output "$memory/image.tar" "$1" ;;
    *) buildah push --quiet "$1" "docker-archive:$memory/image.tar:$1" ;;
  esac
}

load_into_kind() { # CLUSTER NAME…
  local cluster=$1 image
  shift
  if [ "${builder%% *}" = docker ]; then kind load docker-image --name "$cluster" "$@"; return; fi
  for image in "$@"; do
    archive "$image" && kind load image-archive --name "$cluster" "$memory/image.tar" || return 1
    rm -f "$memory/image.tar"
  done
}

load_into_minikube() { # PROFILE NAME…
  local profile=$1 image
  shift
  for image in "$@"; do
    if [ "${builder%% *}" = docker ]; then
      minikube --profile "$profile" image load "$image" || return 1
    else
      archive "$image" && minikube --profile "$profile" image load "$memory/image.tar" || return 1
      rm -f "$memory/image.tar"
    fi
  done
}

# inputs FOLDER: what an image of that crate is made of. What is beside the code does not change it.
inputs() {
  find Cargo.toml Cargo.lock .dockerignore proto infra/chassis "$1" -type f \
    ! -path '*/target/*' ! -path '*/tests/*' ! -path "$1/chart/*" ! -path "$1/terraform/*" ! -path "$1/ops/*" \
    ! -path "$1/pipeline/*" ! -name '*.md' ! -name catalog-info.yaml ! -name product.toml | LC_ALL=C sort
}

# image_of FOLDER: localhost/NAME:TAG. The registry `localhost` keeps every tool from looking for it elsewhere.
image_of() {
  local file binary
  binary=$(given_binary "$1/Dockerfile")
  # With their names: a migration's is its version.
  printf 'localhost/%s:%s' "$(basename "$1")" "$({ if [ -n "$binary" ]; then printf '%s\n' "$1/Dockerfile" "$binary"; else inputs "$1"; fi; } |
    while IFS= read -r file; do printf '%s\n' "$file"; cat "$file"; done | hash_of)"
}

# Pods that have not found their image would look again only after minutes.
replace_imageless() {
  local product pod
  for product in $(products); do
    for pod in $(k get pods --namespace "$product" --no-headers 2>/dev/null | awk '$3 ~ /ImagePull|ErrImage/ { print $1 }'); do
      k delete pod "$pod" --namespace "$product" --wait=false >/dev/null
    done
  done
}

# Builds and loads what this cluster has not got yet.
bring_images() {
  local folder image missing=() began
  touch "$memory/images"
  for folder in services/* infra/devstack; do
    if [ ! -f "$folder/Dockerfile" ]; then continue; fi
    image=$(image_of "$folder")
    if grep -qxF "$image" "$memory/images"; then say "  $image is there"; continue; fi
    if ! is_built "$image"; then
      say "  $image: building (the first one compiles all dependencies: some minutes; tail -f $memory/build.log)"
      began=$SECONDS
      if ! build_image "$image" "$folder/Dockerfile" >"$memory/build.log" 2>&1; then
        tail -n 40 "$memory/build.log" >&2
        fail 1 "building $image failed; all of its output is in $memory/build.log"
      fi
      say "  $image: built in $((SECONDS - began)) s"
    fi
    missing+=("$image")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  load_images "${missing[@]}" >"$memory/load.log" 2>&1 || {
    tail -n 20 "$memory/load.log" >&2
    fail 1 "loading images into the cluster failed: all of the output is in $memory/load.log"
  }
  printf '%s\n' "${missing[@]}" >>"$memory/images"
  say "  loaded: ${missing[*]}"
  replace_imageless
}
