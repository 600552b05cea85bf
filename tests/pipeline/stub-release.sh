# shellcheck shell=bash
# The parts of the stub that stand for a cluster with a release, and for a registry.
#
# STUB_REVISION   the deployed revision [default: 3]; empty: there is none
# STUB_STATE      state of a later revision, such as pending-upgrade or failed
# STUB_COMMIT     commit of the deployed revision
# STUB_OWNER      owner of a field that helm sets, such as kubectl
# STUB_JOB        name of a migrate Job that has failed
# STUB_HELM       version of helm [default: v4.0.5]
# STUB_CLUSTER    down: the cluster does not answer
# STUB_DIGEST     digest of the image in the registry
# STUB_REGISTRY   what the registry answers when it gives no digest [default: manifest unknown]

told() { printf '%s\n' "$1" >&2; exit 1; }

# deleted KIND NAME: whether an earlier call has deleted it.
deleted() { grep -F "delete $1 $2" "$STUB_LOG" >/dev/null; }

# The later revision that is still there.
later() {
  if [ -n "${STUB_STATE:-}" ] && ! deleted secret "sh.helm.release.v1.login.v$((${STUB_REVISION-3} + 1))"; then printf '%s' "$STUB_STATE"; fi
}

stub_helm() {
  case $* in
    'version '*) printf '%s' "${STUB_HELM:-v4.0.5}"; return ;;
    'template '*) printf 'kind: Service\n'; return ;;
    lint* | unittest* | *' template '*) return ;;
  esac
  if [ "${STUB_CLUSTER:-}" = down ]; then
    told 'Error: kubernetes cluster unreachable: Get "https://127.0.0.1:6443/version": dial tcp 127.0.0.1:6443: connect: connection refused'
  fi
  case "${STUB_HELM:-v4} $*" in v3*' --force-conflicts'* | v3*' --server-side'*) told 'Error: unknown flag: --server-side' ;; esac
  case " $* " in
    *' history '*) stub_history ;;
    *' upgrade '* | *' rollback '*) stub_change "$*" ;;
  esac
}

stub_history() {
  if [ -z "${STUB_REVISION-3}" ] && [ -z "$(later)" ]; then told 'Error: release: not found'; fi
  printf 'REVISION\tUPDATED                 \tSTATUS         \tCHART      \tAPP VERSION\tDESCRIPTION\n'
  if [ -n "${STUB_REVISION-3}" ]; then
    printf '%s       \tMon Nov 30 19:12:33 2026\tsuperseded     \tlogin-0.1.0\t0.1.0      \tInstall complete\n' "$((${STUB_REVISION-3} - 1))"
    printf '%s       \tMon Nov 30 19:12:36 2026\tdeployed       \tlogin-0.1.0\t0.1.0      \tUpgrade complete\n' "${STUB_REVISION-3}"
  fi
  if [ -n "$(later)" ]; then
    printf '%s       \tMon Nov 30 19:14:20 2026\t%-15s\tlogin-0.1.0\t0.1.0      \tunderway\n' "$((${STUB_REVISION-3} + 1))" "$(later)"
  fi
}

stub_change() { # ARGUMENTS
  case "$1 $(later)" in
    *' upgrade '*' pending-'*) told 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress' ;;
    *' upgrade '*' uninstalling') told 'Error: UPGRADE FAILED: "login" has no deployed releases' ;;
    *' rollback '*) [ -n "${STUB_REVISION-3}" ] || told 'Error: release: not found' ;;
  esac
  case "${STUB_OWNER:-} $1" in
    ' '* | *' --force-conflicts'*) ;;
    *) told "Error: conflict occurred while applying object login/login apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with \"$STUB_OWNER\" with subresource \"scale\" using apps/v1: .spec.replicas" ;;
  esac
  # Kubernetes never retries a Job that has failed, so that helm waits until its time is over.
  if [ -n "${STUB_JOB:-}" ] && ! deleted job "$STUB_JOB"; then told 'Error: context deadline exceeded'; fi
}

stub_kubectl() {
  if [ "${STUB_CLUSTER:-}" = down ]; then told 'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?'; fi
  case " $* " in
    *' get secrets '*labels.version*) if (stub_history >/dev/null 2>&1); then stub_history | awk -F '\t' 'NR > 1 { gsub(/ /, "", $1); gsub(/ /, "", $3); print $1 " " $3 }'; fi ;;
    *' get secrets '*) printf '%s' "${STUB_COMMIT:-}" ;;
    *' get deployment '*) if [ -n "${STUB_REVISION-3}" ]; then printf '%s' "${STUB_PODS-2 {\}}"; fi ;;
    *' get jobs '*) if [ -n "${STUB_JOB:-}" ] && ! deleted job "$STUB_JOB"; then printf '%s\n' "$STUB_JOB"; fi ;;
    *' apply '*) cat >/dev/null ;;
  esac
}

stub_skopeo() {
  if [ -n "${STUB_DIGEST:-}" ]; then printf '%s\n' "$STUB_DIGEST"; return; fi
  printf 'time="2026-11-30T19:16:35Z" level=fatal msg="Error parsing image name: reading manifest 1 in registry.example.com/login: %s"\n' "${STUB_REGISTRY:-manifest unknown}" >&2
  exit 1
}
