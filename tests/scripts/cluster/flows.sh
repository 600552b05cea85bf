# shellcheck shell=bash disable=SC2154
# The life of a cluster, on machines with different tools.

# starts CONTEXT: creates a cluster, on which each product runs its own program.
starts() { cluster up && [ "$(cluster context)" = "$1" ] && cluster status; }
ends() { cluster down && [ ! -e "$STUB_STATE/releases/login" ]; }

# life CONTEXT: creates and removes a cluster.
life() { starts "$1" && ends; }

# Every command.
whole_life() {
  starts kind-devops-practice && cluster doctor && cluster logs >"$work/logs" && [ "$(grep -c 'a line of the log' "$work/logs")" = 3 ] &&
    cluster logs --trace line && cluster image localhost/login:next services/login/Dockerfile || return 1
  # A second time, nothing is built, loaded or installed, also when a desktop and an editor have left files in a chart.
  : >"$STUB_STATE/calls"
  touch "$work/copy/services/ad/chart/.DS_Store" "$work/copy/services/ad/chart/templates/service.yaml~"
  cluster up && not_called ' (build|bud|load|save|push|upgrade) ' && cluster measure --readme || return 1
  grep -F '| login |' "$work/copy/README.md" >/dev/null && undo && ends
}

# loads CONTEXT [NAME=VALUE…]: builds three images, loads them in one call, and looks at what the node has under each name.
loads() {
  local it
  mkdir -p "$STUB_STATE"/{clusters,contexts,nodes}
  touch "$STUB_STATE/clusters/devops-practice" "$STUB_STATE/contexts/$1"
  # The inner shell expands the variables.
  # shellcheck disable=SC2016
  on_mac env "${@:2}" bash -c '
    set -euo pipefail
    root=$PWD context=$0 memory=$CLUSTER_DATA
    mkdir -p "$memory"
    . scripts/cluster.d/common.sh
    . scripts/cluster.d/images.sh
    choose_builder
    for it in ad login mypage; do build_image "localhost/$it:1" "services/$it/Dockerfile"; done
    load_images localhost/ad:1 localhost/login:1 localhost/mypage:1' "$1" || return 1
  for it in ad login mypage; do
    case $(cat "$STUB_STATE/nodes/localhost_${it}_1") in "$it linux/"*) ;; *) echo "$it runs something else"; return 1 ;; esac
  done
  if [ "$(ls "$work/data")" != '' ]; then echo 'an archive stays'; return 1; fi
}

# builds_with TOOL MACHINE…: which tool is taken, of those that are installed.
builds_with() {
  local tool=$1
  shift
  machine "$@"
  cluster build ad && called "^$tool (build|bud) " && [ "$(grep -cE '^(docker|podman|buildah) (build|bud) ' "$STUB_STATE/calls")" = 1 ]
}

# A cluster of the user, of which only the objects are removed.
own_cluster() {
  mkdir -p "$STUB_STATE/contexts"
  touch "$STUB_STATE/contexts/mine"
  on_mac env IMAGE_LOADER=true scripts/cluster doctor --context mine | grep 'login is not installed' >/dev/null || return 1
  fails 69 'IMAGE_LOADER is not set' cluster up --context mine || return 1
  cluster down --context mine && [ -e "$STUB_STATE/contexts/mine" ]
}

broken_build() {
  machine docker=up
  mv "$work/copy/services/ad/Dockerfile" "$work/kept"
  sed 's|/usr/local/bin/ad|/usr/local/bin/other|' "$work/kept" >"$work/copy/services/ad/Dockerfile"
  fails 1 'did not match any packages' cluster build ad || { mv "$work/kept" "$work/copy/services/ad/Dockerfile"; return 1; }
  mv "$work/kept" "$work/copy/services/ad/Dockerfile"
  cluster build ad
}

# A machine without anything.
nothing_installed() {
  machine
  fails 69 'no cluster: install kind or minikube' cluster up && fails 69 'no cluster' cluster down &&
    fails 1 'MISSING  no image builder: install docker' cluster doctor
}

no_daemon() {
  machine docker=down kind
  fails 69 'docker is installed, but does not answer' cluster up && fails 1 'MISSING  no image builder: docker is installed, but does not answer' cluster doctor &&
    fails 69 'IMAGE_BUILDER is docker, but docker is installed, but does not answer' on_mac env IMAGE_BUILDER=docker scripts/cluster up
}

load_cases() {
  local it
  for it in docker=up 'docker=podman podman=up' podman=up; do
    # shellcheck disable=SC2086
    machine $it kind minikube
    case_ "load: kind, $it" loads kind-devops-practice
    case_ "load: minikube, $it" loads devops-practice
  done
  machine docker=up buildah kind minikube
  case_ 'load: kind, buildah' loads kind-devops-practice IMAGE_BUILDER=buildah
  case_ 'load: minikube, buildah' loads devops-practice IMAGE_BUILDER=buildah
  machine docker=podman podman=up kind
  case_ "load: a loader of the user, podman's docker" loads mine IMAGE_LOADER='kind load docker-image --name devops-practice'
}

# The folder of the clusters is private, and the one above it is not: Postgres may run there as another account.
keeps_secrets() {
  # shellcheck disable=SC2016
  on_mac bash -c 'set -euo pipefail; . scripts/cluster.d/common.sh; root=$1 context=kind; unset CLUSTER_DATA; lock' _ "$work/root" || return 1
  for it in ".data drwxr-xr-x" ".data/cluster drwx------"; do
    # shellcheck disable=SC2012
    case $(ls -ld "$work/root/${it% *}") in "${it#* }"*) ;; *) echo "${it% *} has another mode"; return 1 ;; esac
  done
}

flow_cases() {
  machine docker=up kind
  case_ 'docker and kind' whole_life
  machine arm64 docker=down podman=up kind
  case_ 'a docker client without a daemon, podman and kind, on Apple silicon' life kind-devops-practice
  machine aarch64 podman=down buildah minikube
  case_ 'a podman that is stopped, buildah and minikube, on Linux of arm64' life devops-practice
  machine docker=up
  case_ 'a cluster of the user' own_cluster
  case_ 'secrets of clusters are private, the data of Postgres is not' keeps_secrets
  case_ 'builder: docker before podman' builds_with docker docker=up podman=up buildah
  case_ 'builder: a docker client without a daemon' builds_with podman docker=down podman=up buildah
  case_ 'builder: docker without buildx' builds_with podman docker=legacy podman=up
  case_ "builder: podman's docker has no buildx, and needs none" builds_with docker docker=podman podman=up
  case_ 'builder: neither answers' builds_with buildah docker=down podman=down buildah
  case_ 'builder: a build that fails' broken_build
  case_ 'nothing is installed' nothing_installed
  case_ 'docker without its daemon' no_daemon
}
