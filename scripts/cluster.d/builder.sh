# shellcheck shell=bash
# The tool that builds images, and the architecture that it builds for.

# Tools that can build, in the order in which they are tried.
builder_order='docker podman buildah'
builder='' architecture=''

# is_podman TOOL: whether it is podman, which some systems also install under the name docker.
is_podman() { "$1" --version 2>/dev/null | grep -i podman >/dev/null; }

# answers_builder TOOL: whether docker or podman is there, with the daemon or machine that it talks to.
answers_builder() { has "$1" && "$1" info >/dev/null 2>&1; }

# why_not TOOL: prints why it cannot build images here; nothing when it can.
why_not() {
  if ! has "$1"; then printf '%s is not installed' "$1"; return; fi
  case $1 in
    docker | podman) if ! answers_builder "$1"; then printf '%s is installed, but does not answer: %s' "$1" "$(how_to_start "$1")"; return; fi ;;
  esac
  if [ "$1" = docker ] && ! is_podman docker && ! docker buildx version >/dev/null 2>&1; then
    printf 'docker lacks buildx, which the Dockerfiles need: Debian/Ubuntu: apt-get install docker-buildx'
  fi
}

how_to_start() { # TOOL
  if [ "$1" = podman ] || is_podman "$1"; then
    printf 'podman machine start, if it runs in a machine; podman info tells the cause'
  else
    printf 'start Docker, or add your user to the group docker'
  fi
}

# Sets `builder`, the command that builds an image, and `architecture`. Without IMAGE_BUILDER, takes the first tool that can
# build: an installed client may have no daemon.
choose_builder() {
  local tool why problems=''
  builder=${IMAGE_BUILDER:-}
  if [ -n "$builder" ]; then
    why=$(why_not "${builder%% *}")
    if [ -n "$why" ]; then fail 69 "IMAGE_BUILDER is $builder, but $why"; fi
  else
    for tool in $builder_order; do
      why=$(why_not "$tool")
      if [ -z "$why" ]; then builder=$tool; break; fi
      if has "$tool"; then problems="$problems$why; "; fi
    done
  fi
  case $builder in
    '') fail 69 "no image builder: ${problems}install docker, podman or buildah, or set IMAGE_BUILDER (scripts/cluster doctor)" ;;
    docker | podman) builder="$builder build" ;;
    buildah) builder='buildah bud' ;;
  esac
  architecture=$(built_architecture) || exit
}

# Prints the architecture that the builder builds for, by its name in images, such as amd64.
built_architecture() {
  local tool=${builder%% *} name
  name=$(asked_architecture)
  # The daemon may run on another machine.
  if [ -z "$name" ]; then
    case $tool in
      docker | podman) name=$("$tool" info --format '{{.Host.Arch}}' 2>/dev/null) || name=$("$tool" info --format '{{.Architecture}}' 2>/dev/null) || name='' ;;
    esac
  fi
  case $name in *,*) fail 64 "IMAGE_BUILDER must build for one platform, not $name: an image has one architecture" ;; esac
  case $name in '' | *[!a-z0-9_/]*) name=$(uname -m) ;; esac
  case $name in
    x86_64 | amd64) printf amd64 ;;
    aarch64 | arm64*) printf arm64 ;;
    *) printf '%s' "${name%%/*}" ;;
  esac
}

# Prints the architecture that the options of the builder name; nothing when they name none.
asked_architecture() {
  local word next='' asked=''
  if [ "${builder%% *}" = docker ]; then asked=${DOCKER_DEFAULT_PLATFORM:-}; fi
  for word in $builder; do
    if [ -n "$next" ]; then asked=$word next=''; continue; fi
    case $word in
      --platform | --arch) next=yes ;;
      --platform=* | --arch=*) asked=${word#*=} ;;
    esac
  done
  # A platform is OS/ARCHITECTURE[/VARIANT]; a list stays as it is.
  case $asked in *,*) ;; */*) asked=${asked#*/} ;; esac
  printf '%s' "$asked"
}
