# shellcheck shell=bash disable=SC2154
# The stubs of what builds, stores and loads images. An image is a file: the program that it runs, and its architecture.

daemon_is_down='Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'

goarch() { case ${STUB_MACHINE:-x86_64} in x86_64) printf amd64 ;; aarch64 | arm64) printf arm64 ;; *) printf '%s' "$STUB_MACHINE" ;; esac; }

stub_docker() {
  if [ "$STUB_DOCKER" = podman ]; then STUB_PODMAN=up stub_podman "$@"; return; fi
  storage=$STUB_STATE/images/docker
  case $* in
    --version | -v) printf 'Docker version 28.2.2, build e6534b4\n'; return ;;
    'buildx version')
      if [ "$STUB_DOCKER" = legacy ]; then told 1 'docker: unknown command: docker buildx'; fi
      printf 'github.com/docker/buildx v0.24.0\n'
      return
      ;;
  esac
  if [ "$STUB_DOCKER" = down ]; then
    case $* in info) printf 'Client:\n Version:    28.2.2\n' ;; 'image inspect '*) printf '[]\n' ;; esac
    told 1 "$daemon_is_down"
  fi
  case $* in
    'info --format {{.Architecture}}') case $(goarch) in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac ;;
    'info --format '*) told 1 "template: :1:2: executing \"\" at <.Host.Arch>: can't evaluate field Host in type system.dockerInfo" ;;
    info) printf 'Client:\nServer:\n' ;;
    'image inspect '*) if [ ! -f "$storage/$(key "$3")" ]; then printf '[]\n'; told 1 "Error response from daemon: No such image: $3"; fi ;;
    'build '*)
      if [ "$STUB_DOCKER" = legacy ]; then told 1 'ERROR: BuildKit is enabled but the buildx component is missing or broken.'; fi
      build "$@"
      ;;
    'save '*) shift; save docker "$@" ;;
    *) told 1 "docker: unknown command: docker $1" ;;
  esac
}

stub_podman() {
  storage=$STUB_STATE/images/podman
  case $* in
    --version | -v) printf 'podman version 4.3.1\n'; return ;;
    'buildx version') told 125 'Error: unrecognized command `podman buildx version`' ;;
  esac
  if [ "$STUB_PODMAN" = down ]; then told 125 'Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`'; fi
  case $* in
    'info --format {{.Host.Arch}}') goarch; echo ;;
    'info --format '*) told 125 "Error: template: info:1:2: executing \"info\" at <.Architecture>: can't evaluate field Architecture in type *define.Info" ;;
    info) printf 'host:\n' ;;
    'image inspect '*) if [ ! -f "$storage/$(key "$3")" ]; then printf '[]\n'; told 125 "Error: inspecting object: $3: image not known"; fi ;;
    'build '*) build "$@" ;;
    'save '*) shift; save podman "$@" ;;
    *) told 125 "Error: unrecognized command \`podman $1\`" ;;
  esac
}

stub_buildah() {
  storage=$STUB_STATE/images/buildah
  case $* in
    'bud '*) build "$@" ;;
    'inspect --type image '*) [ -f "$storage/$(key "$4")" ] || told 125 "Error: importing settings: $4: image not known" ;;
    'push --quiet '*' docker-archive:'*)
      [ -f "$storage/$(key "$3")" ] || told 125 "Error: $3: image not known"
      local file=${4#docker-archive:}
      printf '%s %s\n' "$3" "$(cat "$storage/$(key "$3")")" >"${file%":$3"}"
      ;;
    *) told 125 "Error: unknown command \"$1\" for \"buildah\"" ;;
  esac
}

# build build|bud OPTION… FOLDER: builds from the folder, whose list of files is stored. Cargo needs the sources of the program.
build() {
  local file image platform program
  file=$(after -f "$@") image=$(after -t "$@") platform=$(after --platform "$@")
  program=$(sed -n 's|^ENTRYPOINT \["/usr/local/bin/\(.*\)"\]|\1|p' "$file")
  (cd "${!#}" && find . -type f | sort) >"$STUB_STATE/context"
  if [ -z "$(after --build-context "$@")" ] && ! grep "/$program/Dockerfile" "$STUB_STATE/context" >/dev/null; then
    told 1 "error: package ID specification \`$program\` did not match any packages"
  fi
  mkdir -p "$storage"
  printf '%s %s\n' "$program" "${platform:-linux/$(goarch)}" >"$storage/$(key "$image")"
}

# save TOOL OPTION… NAME…: writes an archive, a line an image: its name, program and architecture.
save() {
  local tool=$1 file='' image names=() first
  shift
  while [ $# -gt 0 ]; do
    case $1 in -o | --output) file=$2; shift ;; -q | --quiet) ;; *) names+=("$1") ;; esac
    shift
  done
  for image in "${names[@]}"; do
    if [ ! -f "$storage/$(key "$image")" ]; then
      if [ "$tool" = podman ]; then told 125 "Error: $image: image not known"; fi
      told 1 'Error response from daemon: reference does not exist'
    fi
  done
  # As podman does without --multi-image-archive: the other names become names of the first image.
  first=$(cat "$storage/$(key "${names[0]}")")
  if [ "$tool" = podman ]; then
    if [ -s "$file" ]; then told 125 "Error: docker-archive doesn't support modifying existing images"; fi
    for image in "${names[@]}"; do printf '%s %s\n' "$image" "$first"; done >"$file"
  else
    for image in "${names[@]}"; do printf '%s %s\n' "$image" "$(cat "$storage/$(key "$image")")"; done >"$file"
  fi
}

# import FILE: stores the images of an archive on the cluster's nodes.
import() {
  local image what
  while read -r image what; do printf '%s\n' "$what" >"$STUB_STATE/nodes/$(key "$image")"; done <"$1"
}

# kind takes docker where its client is installed, and does not ask whether the daemon runs.
stub_kind() {
  local provider=${KIND_EXPERIMENTAL_PROVIDER:-} cluster
  if [ -n "$provider" ]; then
    printf 'using %s due to KIND_EXPERIMENTAL_PROVIDER\n' "$provider" >&2
  elif case $(docker -v 2>/dev/null) in 'Docker version'*) ;; *) false ;; esac; then
    provider=docker
  else
    provider=podman
  fi
  if ! "$provider" info >/dev/null 2>&1; then told 1 "ERROR: failed to list clusters: command \"$provider ps -a\" failed with error: exit status 1"; fi
  cluster=$(after --name "$@")
  case $* in
    'get clusters')
      if [ ! -e "$STUB_STATE/clusters/devops-practice" ]; then printf 'No kind clusters found.\n' >&2; return; fi
      printf 'devops-practice\n'
      ;;
    'create cluster --config '*)
      cluster=$(sed -n 's/^name: //p' "$4")
      if [ -e "$STUB_STATE/clusters/$cluster" ]; then told 1 "ERROR: failed to create cluster: node(s) already exist for a cluster with the name \"$cluster\""; fi
      touch "$STUB_STATE/clusters/$cluster" "$STUB_STATE/contexts/kind-$cluster"
      ;;
    'delete cluster '*) rm -rf "$STUB_STATE"/{clusters,contexts,nodes,objects,releases,replicas} ;;
    'export kubeconfig '*) touch "$STUB_STATE/contexts/kind-$cluster" ;;
    'load '*)
      if [ ! -e "$STUB_STATE/clusters/$cluster" ]; then told 1 "ERROR: no nodes found for cluster \"$cluster\""; fi
      shift
      kind_load "$@"
      ;;
    *) told 1 "ERROR: unknown command \"$1\" for \"kind\"" ;;
  esac
}

# kind_load docker-image|image-archive --name CLUSTER NAME…
kind_load() {
  local how=$1 image
  shift 3
  case $how in
    image-archive) [ -f "$1" ] || told 1 "ERROR: stat $1: no such file or directory"; import "$1" ;;
    docker-image)
      for image in "$@"; do docker image inspect "$image" >/dev/null 2>&1 || told 1 "ERROR: image: \"$image\" not present locally"; done
      rm -f "$STUB_STATE/archive"
      docker save -o "$STUB_STATE/archive" "$@"
      import "$STUB_STATE/archive"
      ;;
  esac
}

stub_minikube() {
  case $* in
    'start --profile '*) touch "$STUB_STATE/contexts/$3" ;;
    'delete --profile '*) rm -rf "$STUB_STATE"/{contexts,nodes,objects,releases,replicas} ;;
    '--profile '*' image load '*)
      if [ -f "$5" ]; then import "$5"; return; fi
      docker image inspect "$5" >/dev/null 2>&1 || told 80 "X Exiting due to GUEST_IMAGE_LOAD: Failed to load image: save to dir: unable to calculate manifest for $5"
      docker save -o "$STUB_STATE/archive" "$5" && import "$STUB_STATE/archive"
      ;;
    *) told 64 "unknown command \"$1\" for \"minikube\"" ;;
  esac
}
