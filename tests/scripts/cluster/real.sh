# shellcheck shell=bash disable=SC2154
# Compares the stubs with the tools of this machine, where these are installed and in the same state: exit code, whether there is
# output, and the words of the message.

# same WORDS STATE TOOL ARGUMENT…: STATE is NAME=VALUE for the stub.
same() {
  local words=$1 state=$2 it status
  shift 2
  for it in real stub; do
    status=0
    if [ "$it" = real ]; then "$@" >"$work/real.out" 2>"$work/real.err" || status=$?; else
      env "$state" STUB_STATE="$STUB_STATE" PATH="$work/stubs:$PATH" "$@" >"$work/stub.out" 2>"$work/stub.err" || status=$?
    fi
    printf 'exit code %s, %s\n' "$status" "$(if [ -s "$work/$it.out" ]; then echo output; else echo 'no output'; fi)" >"$work/$it.end"
    cat "$work/$it.out" "$work/$it.err" | grep -F -- "$words" >/dev/null || { printf '%s does not say: %s\n' "$it" "$words"; cat "$work/$it.err"; return 1; }
  done
  diff "$work/real.end" "$work/stub.end"
}

has() { type -P "$1" >/dev/null; }
skipped() { printf 'SKIPPED real: %s\n' "$1"; }

real_cases() {
  local tool
  rm -rf "$work/stubs"
  mkdir -p "$work/stubs"
  for tool in docker podman buildah kind kubectl; do ln -s "$here/stub" "$work/stubs/$tool"; done
  if has docker && ! docker info >/dev/null 2>&1; then
    case_ 'real: docker without its daemon' same 'Cannot connect to the Docker daemon' STUB_DOCKER=down docker info
    case_ 'real: … looks for an image' same '[]' STUB_DOCKER=down docker image inspect localhost/none:1
    case_ 'real: … saves one' same 'Cannot connect to the Docker daemon' STUB_DOCKER=down docker save --output "$work/none.tar" localhost/none:1
  else skipped 'docker without its daemon'; fi
  if has docker && ! docker buildx version >/dev/null 2>&1 && ! docker --version | grep -i podman >/dev/null; then
    case_ 'real: docker without buildx' same 'buildx' STUB_DOCKER=legacy docker buildx version
  else skipped 'docker without buildx'; fi
  if has podman && podman info >/dev/null 2>&1; then
    case_ 'real: podman knows no image' same 'image not known' STUB_PODMAN=up podman image inspect localhost/none:1
    case_ 'real: … and saves none' same 'image not known' STUB_PODMAN=up podman save --output "$work/none.tar" localhost/none:1
    case_ 'real: … and names its architecture' same '' STUB_PODMAN=up podman info --format '{{.Host.Arch}}'
    case_ 'real: … not as docker does' same "can't evaluate field Architecture" STUB_PODMAN=up podman info --format '{{.Architecture}}'
  else skipped 'podman'; fi
  if has buildah; then
    case_ 'real: buildah knows no image' same 'image not known' STUB_PODMAN=up buildah inspect --type image localhost/none:1
    case_ 'real: … and pushes none' same 'image not known' STUB_PODMAN=up buildah push --quiet localhost/none:1 "docker-archive:$work/none.tar:localhost/none:1"
  else skipped 'buildah'; fi
  if has kind && has docker && ! docker info >/dev/null 2>&1; then
    case_ 'real: kind takes docker without its daemon' same 'failed to list clusters: command "docker ps' STUB_DOCKER=down kind get clusters
  else skipped 'kind without a daemon'; fi
  if has kubectl; then
    case_ 'real: kubectl without the context' same 'context' STUB_DOCKER=down env KUBECONFIG=/dev/null kubectl --context none get pods
  else skipped 'kubectl'; fi
}
