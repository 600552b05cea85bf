# shellcheck shell=bash
# Builds images from the repository, names them by the hash of their sources and their architecture, and loads them into the
# cluster.

# shellcheck source=scripts/cluster.d/builder.sh
. "$root/scripts/cluster.d/builder.sh"
# shellcheck source=scripts/cluster.d/sources.sh
. "$root/scripts/cluster.d/sources.sh"

# given_binary DOCKERFILE: prints the binary of this image in IMAGE_BINARIES; prints no text when there is none.
given_binary() {
  local name
  if [ -z "${IMAGE_BINARIES:-}" ]; then return; fi
  name=$(sed -n 's|^COPY --from=build /out/\([^ ]*\) .*|\1|p' "$1")
  case " ${IMAGE_COMPILED:-} " in *" $name "*) return ;; esac
  if [ -n "$name" ] && [ -f "$IMAGE_BINARIES/$name" ]; then printf '%s' "$IMAGE_BINARIES/$name"; fi
}

# build_image NAME DOCKERFILE [FOLDER]: builds an image; a given binary replaces the stage that compiles it. Without a folder,
# the image is built from a copy of the tracked files.
build_image() {
  if [ -z "$builder" ]; then choose_builder; fi
  local file=$2 folder=${3:-} binary given='' work status=0
  case $file in /*) ;; *) file=$PWD/$file ;; esac
  work=$(mktemp -d) || return 1
  if [ -z "$folder" ]; then
    folder=$work/sources
    mkdir "$folder" && copy_tracked "$folder" || status=$?
    if [ -f "$folder/$2" ]; then file=$folder/$2; fi
  fi
  binary=$(given_binary "$file")
  if [ -n "$binary" ]; then
    given=$work/given
    mkdir -p "$given/out"
    cp "$binary" "$given/out/" || status=$?
  fi
  # The command may consist of several words.
  # shellcheck disable=SC2086
  if [ "$status" -eq 0 ]; then
    (cd "$folder" && DOCKER_BUILDKIT=1 $builder ${given:+--build-context "build=$given"} -f "$file" -t "$1" .) || status=$?
  fi
  rm -rf "$work"
  return "$status"
}

is_built() {
  case ${builder%% *} in
    docker | podman) "${builder%% *}" image inspect "$1" >/dev/null 2>&1 ;;
    buildah) buildah inspect --type image "$1" >/dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}

# Fails early unless images can be built here and loaded into the cluster.
need_images() {
  choose_builder
  if [ -n "${IMAGE_LOADER:-}" ]; then need_tools "${IMAGE_LOADER%% *}"; return; fi
  case $context in
    kind-*) need_tools kind ;;
    "$cluster_name" | minikube) need_tools minikube ;;
    docker-desktop | orbstack | rancher-desktop)
      if [ "${builder%% *}" = docker ]; then return; fi
      fail 69 "context $context runs the images of docker, which $builder does not build: set IMAGE_BUILDER=docker, or IMAGE_LOADER"
      ;;
    *) fail 69 "IMAGE_LOADER is not set: set it to a command that loads images into the cluster of context $context" ;;
  esac
  case ${builder%% *} in
    docker | podman | buildah) ;;
    *) fail 69 "IMAGE_LOADER is not set, and is required when IMAGE_BUILDER is $builder" ;;
  esac
}

# load_images NAME…: loads images into the cluster, one by one. podman, also where it is installed as docker, stores one image
# under all names when it gets several. Each step checks its status, as `||` in the caller switches -e off.
load_images() {
  local image
  for image in "$@"; do load_image "$image" || return 1; done
}

load_image() { # NAME
  local archive=$memory/image.$$.tar status=0
  if [ -n "${IMAGE_LOADER:-}" ]; then
    # The command may consist of several words.
    # shellcheck disable=SC2086
    $IMAGE_LOADER "$1"
    return
  fi
  case $context in
    kind-*) archive "$1" "$archive" && run_kind load image-archive --name "${context#kind-}" "$archive" || status=1 ;;
    "$cluster_name" | minikube) archive "$1" "$archive" && minikube --profile "$context" image load "$archive" || status=1 ;;
    *) ;; # it runs docker's own images
  esac
  rm -f "$archive"
  return "$status"
}

# archive NAME FILE: writes an image into a file, which kind and minikube read whatever has built it.
archive() {
  # podman would append to the file of an interrupted run.
  rm -f "$2"
  case ${builder%% *} in
    docker | podman) "${builder%% *}" save --output "$2" "$1" ;;
    *) buildah push --quiet "$1" "docker-archive:$2:$1" ;;
  esac
}

# Fails when no node can run what the builder builds. The pods would end with "exec format error".
need_architecture() {
  local nodes
  nodes=$(k get nodes --output 'jsonpath={.items[*].status.nodeInfo.architecture}') || fail 1 'kubectl cannot read the nodes: its message is above'
  case " $nodes " in
    *" $architecture "*) ;;
    *' amd64 '* | *' arm64 '*)
      fail 69 "the nodes of context $context are $nodes, but ${builder%% *} builds for $architecture: build on a machine of their architecture, or set IMAGE_BUILDER with --platform and --build-arg EMULATION=allowed, which takes hours"
      ;;
  esac
}

# image_of FOLDER: prints localhost/NAME:HASH-ARCHITECTURE. With the registry `localhost`, no tool tries to pull it from elsewhere.
image_of() {
  local binary list hash
  if [ -z "$architecture" ]; then choose_builder; fi
  binary=$(given_binary "$1/Dockerfile")
  if [ -n "$binary" ]; then
    list=$(printf '%s\n' "$1/Dockerfile" "$binary")
  else
    need_tracked "$1"
    list=$(inputs "$1") || exit
  fi
  # File names are part of the hash, since the name of a migration is its version.
  hash=$(printf '%s\n' "$list" | digests | hash_of) || fail 1 "cannot read the sources of $1: the message is above"
  printf 'localhost/%s:%s-%s' "$(basename "$1")" "$hash" "$architecture"
}

# Replaces pods that did not find their image, as Kubernetes would retry only after minutes.
replace_imageless() {
  local product pod
  for product in $(products); do
    for pod in $(k get pods --namespace "$product" --no-headers 2>/dev/null | awk '$3 ~ /ImagePull|ErrImage/ { print $1 }'); do
      k delete pod "$pod" --namespace "$product" --wait=false >/dev/null
    done
  done
}

# Builds an image of this repository, unless that was done before.
ensure_image() { # NAME FOLDER LOG
  local began=$SECONDS
  if is_built "$1"; then return; fi
  say "  $1: building (the first one compiles all dependencies, which takes minutes; tail -f $3)"
  if ! build_image "$1" "$2/Dockerfile" >"$3" 2>&1; then
    tail -n 40 "$3" >&2
    fail 1 "building $1 failed; the whole output is in $3"
  fi
  say "  $1: built in $((SECONDS - began)) s"
}

# Builds the images of these products; needs no cluster.
build_images() { # PRODUCT…
  local product image
  choose_builder
  mkdir -p target/images
  for product in "$@"; do
    if [ ! -f "services/$product/Dockerfile" ]; then fail 64 "no product $product"; fi
    note_untracked "services/$product"
    image=$(image_of "services/$product") || exit
    ensure_image "$image" "services/$product" "target/images/$product.log"
  done
}

# Builds and loads the images that this cluster lacks.
provide_images() {
  local folder image missing=()
  touch "$memory/images"
  need_architecture
  note_untracked services infra/devstack
  for folder in services/* infra/devstack; do
    if [ ! -f "$folder/Dockerfile" ]; then continue; fi
    image=$(image_of "$folder") || exit
    if grep -qxF "$image" "$memory/images"; then say "  $image: already loaded"; continue; fi
    ensure_image "$image" "$folder" "$memory/build.log"
    missing+=("$image")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  load_images "${missing[@]}" >"$memory/load.log" 2>&1 || {
    tail -n 20 "$memory/load.log" >&2
    fail 1 "loading images into the cluster failed; the whole output is in $memory/load.log"
  }
  printf '%s\n' "${missing[@]}" >>"$memory/images"
  say "  loaded: ${missing[*]}"
  replace_imageless
}
