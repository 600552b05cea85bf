# shellcheck shell=bash
# Builds images from the repository, names them by the hash of their sources, and loads them into the cluster.

# Sets `builder`, the command that builds an image.
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

# given_binary DOCKERFILE: prints the binary of this image in IMAGE_BINARIES; prints no text when there is none.
given_binary() {
  local name
  if [ -z "${IMAGE_BINARIES:-}" ]; then return; fi
  name=$(sed -n 's|^COPY --from=build /out/\([^ ]*\) .*|\1|p' "$1")
  case " ${IMAGE_COMPILED:-} " in *" $name "*) return ;; esac
  if [ -n "$name" ] && [ -f "$IMAGE_BINARIES/$name" ]; then printf '%s' "$IMAGE_BINARIES/$name"; fi
}

# build_image NAME DOCKERFILE [FOLDER]: builds an image; a given binary replaces the stage that compiles it.
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
  # The command may consist of several words.
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

# Fails early unless images can be built here and loaded into the cluster.
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
      fail 69 "context $context runs the images of docker, which $builder does not build: set IMAGE_BUILDER=docker, or IMAGE_LOADER"
      ;;
    *) fail 69 "IMAGE_LOADER is not set: set it to a command that loads images into the cluster of context $context" ;;
  esac
  case ${builder%% *} in
    docker | podman | buildah) ;;
    *) fail 69 "IMAGE_LOADER is not set, and is required when IMAGE_BUILDER is $builder" ;;
  esac
}

# load_images NAME…: loads images into the cluster. Each step checks its status, as `||` in the caller switches -e off.
load_images() {
  if [ -n "${IMAGE_LOADER:-}" ]; then
    # shellcheck disable=SC2086
    $IMAGE_LOADER "$@"
    return
  fi
  case $context in
    kind-*) load_into_kind "${context#kind-}" "$@" ;;
    "$cluster_name" | minikube) load_into_minikube "$context" "$@" ;;
    *) ;; # it runs docker's own images
  esac
}

# archive NAME: writes an image into a file, as kind and minikube do not read the storage of podman and buildah.
archive() {
  # podman would append to the file of an interrupted run.
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

# inputs FOLDER: the files that the image of that crate is built from. Charts and documents are not inputs.
inputs() {
  find Cargo.toml Cargo.lock .dockerignore proto infra/chassis "$1" -type f \
    ! -path '*/target/*' ! -path '*/tests/*' ! -path "$1/chart/*" ! -path "$1/terraform/*" ! -path "$1/ops/*" \
    ! -path "$1/pipeline/*" ! -name '*.md' ! -name catalog-info.yaml ! -name product.toml | LC_ALL=C sort
}

# image_of FOLDER: prints localhost/NAME:TAG. With the registry `localhost`, no tool tries to pull it from elsewhere.
image_of() {
  local file binary
  binary=$(given_binary "$1/Dockerfile")
  # File names are part of the hash, since the name of a migration is its version.
  printf 'localhost/%s:%s' "$(basename "$1")" "$({ if [ -n "$binary" ]; then printf '%s\n' "$1/Dockerfile" "$binary"; else inputs "$1"; fi; } |
    while IFS= read -r file; do printf '%s\n' "$file"; cat "$file"; done | hash_of)"
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
  local product
  choose_builder
  mkdir -p target/images
  for product in "$@"; do
    if [ ! -f "services/$product/Dockerfile" ]; then fail 64 "no product $product"; fi
    ensure_image "$(image_of "services/$product")" "services/$product" "target/images/$product.log"
  done
}

# Builds and loads the images that this cluster lacks.
provide_images() {
  local folder image missing=()
  touch "$memory/images"
  for folder in services/* infra/devstack; do
    if [ ! -f "$folder/Dockerfile" ]; then continue; fi
    image=$(image_of "$folder")
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
