# shellcheck shell=bash disable=SC2154
# Tests of the steps `deploy` and `smoke`: what has happened to the release before.

deploys() {
  pushes || return 1
  begin changed
  echo 'replicas: 3' >"$work/values.yaml"
  step changed deploy ENVIRONMENT=production ENVIRONMENT_VALUES="$work/values.yaml" KUBE_CONTEXT=prod || return 1
  called changed "helm --kube-context prod --namespace login upgrade --install login services/login/chart --create-namespace --values services/login/pipeline/environments/production.yaml --values $work/values.yaml --values target/pipeline/login/image.json --wait" &&
    called changed 'kubectl --context prod get'
}

deploys_no_unpushed() {
  step changed image IMAGE_BUILDER=buildah || return 1
  begin changed
  if step changed deploy; then return 1; fi
  not_called changed 'helm upgrade'
}

# deploy NAME=VALUE…: deploys an image that was pushed before.
deploy() {
  pushes || return 1
  begin changed
  step changed deploy PENDING_SECONDS=0 "$@"
}
upgraded() { called changed 'helm --namespace login upgrade --install'; }

# fails STATUS MESSAGE COMMAND…: whether the command fails with the status, and with the message among its output.
fails() {
  local wanted=$1 message=$2 status=0
  shift 2
  "$@" >"$work/failure" 2>&1 || status=$?
  cat "$work/failure"
  [ "$status" -eq "$wanted" ] && grep -F -- "$message" "$work/failure" >/dev/null
}

first_release() {
  deploy STUB_REVISION= && upgraded && not_called changed rollback && not_called changed kubectl
}

cluster_is_down() {
  fails 1 'kubernetes cluster unreachable' deploy STUB_CLUSTER=down && not_called changed ' upgrade '
}

# No failing command ends a step without a message: here each call of a tool, in turn.
says_why() {
  local it
  pushes || return 1
  for it in 'deploy:helm --namespace login history' 'deploy:kubectl --context  get secrets' 'deploy:kubectl --context  get jobs' \
    'deploy:kubectl --context  get deployment' 'deploy:kubectl --context  apply' 'deploy:helm --namespace login upgrade' \
    'smoke:helm --namespace login test'; do
    fails 1 'scripts/pipeline: the step' step changed "${it%%:*}" STUB_FAIL="${it#*:}" || return 1
    [ "$(grep -c '^scripts/pipeline: ' "$work/failure")" -ge 2 ] || return 1
  done
  fails 1 'failed with exit code 1, at: cargo fmt' step changed lint STUB_FAIL='cargo fmt'
}

# Another owner of a field: `kubectl scale`, `kubectl edit`, an autoscaler.
takes_over() { # OWNER
  deploy STUB_OWNER="$1" && called changed 'keep-replicas' &&
    fails 1 'rolled back to revision 3' step changed smoke STUB_OWNER="$1" STUB_FAIL='helm --namespace login test'
}

# An autoscaler does not act on 0 pods, and its chart sets no number.
scales_up_from_0() { # OWNED
  deploy STUB_PODS="0 $1" && called changed 'apply --server-side --force-conflicts --field-manager keep-replicas'
}

# helm 3 always overwrites, and does not know the options.
works_with_helm_3() {
  deploy STUB_HELM=v3.21.3 && not_called changed force-conflicts &&
    fails 1 'rolled back to revision 3' step changed smoke STUB_HELM=v3.21.3 STUB_FAIL='helm --namespace login test'
}

# interrupted STATE REVISION: the next deploy removes the record of a killed helm.
interrupted() {
  deploy STUB_STATE="$1" STUB_REVISION="$2" && called changed "delete secret sh.helm.release.v1.login.v$(($2 + 1))" && upgraded
}

waits_for_another_helm() {
  local began=$SECONDS
  deploy STUB_STATE=pending-upgrade PENDING_SECONDS=1 && [ $((SECONDS - began)) -ge 1 ] && called changed 'delete secret'
}

keeps_the_failed() { deploy STUB_STATE=failed && not_called changed 'delete secret' && upgraded; }

repeats_the_migration() { deploy STUB_JOB=login-migrate-1 && called changed 'delete job login-migrate-1' && upgraded; }

goes_back() { # STEP CALL
  pushes && { [ "$1" = deploy ] || step changed deploy; } || return 1
  begin changed
  fails 1 'rolled back to revision 3' step changed "$1" STUB_FAIL="$2" && called changed 'helm --namespace login rollback login 3 --wait'
}

leaves_first_release() {
  fails 1 'no earlier release' deploy STUB_FAIL='helm --namespace login upgrade' STUB_REVISION= && not_called changed rollback
}

# older_is REFUSED|DEPLOYED: deploys HEAD when a commit after it runs, which is the newest of the main branch.
older_is() {
  local newer
  fresh changed services/login/src/main.rs
  newer=$(later_commit)
  git -C "$work/changed" update-ref refs/remotes/origin/main "$newer"
  case $1 in
    refused) fails 1 'is older than the running release' deploy STUB_COMMIT="$newer" && not_called changed ' upgrade ' ;;
    deployed) deploy STUB_COMMIT="$newer" ALLOW_OLDER=yes && upgraded ;;
  esac
}

# A commit after HEAD, which stays where it is.
later_commit() { git -C "$work/changed" commit-tree -p HEAD -m Later 'HEAD^{tree}'; }

# After a force push of the main branch to an older commit, that one is its newest.
deploys_after_force_push() {
  local gone
  fresh changed services/login/src/main.rs
  gone=$(later_commit)
  git -C "$work/changed" update-ref refs/remotes/origin/main HEAD
  deploy STUB_COMMIT="$gone" && upgraded
}

stores_the_commit() { deploy && called changed "--labels commit=$(git -C "$work/changed" rev-parse HEAD)"; }

deploys_with() { deploy STUB_COMMIT="$1" && upgraded; }

# in_cluster COMMAND NAME=VALUE…: runs a function of `scripts/cluster up`.
in_cluster() {
  local command=$1
  shift
  begin changed
  rm -rf "$work/changed/target/memory"
  # The inner shell expands the variables.
  # shellcheck disable=SC2016
  (cd "$work/changed" && env PATH="$stub_path" STUB_LOG="$work/changed.calls" PENDING_SECONDS=0 "$@" bash -c '
    set -euo pipefail
    root=$PWD context=test memory=$PWD/target/memory
    mkdir -p "$memory"
    for part in common releases watch products; do . "scripts/cluster.d/$part.sh"; done
    product_table=$(printf "login\t8180\tLOGIN_CLIENT_SECRET")
    values() { printf "{}"; }
    "$0" login' "$command")
}
cluster_installs() { in_cluster install_product "$@"; }

# A query that failed must not count as a client without a secret.
cluster_reads_the_secret() {
  in_cluster store_existing_secret && [ ! -e "$work/changed/target/memory/login.client-secret" ] &&
    fails 1 'cannot read the secret' in_cluster store_existing_secret STUB_FAIL='kubectl --context test get secret '
}
cluster_upgraded() { called changed 'helm --kube-context test upgrade --install login'; }

cluster_removes() { # STATE REVISION
  cluster_installs STUB_STATE="$1" STUB_REVISION="$2" && called changed "delete secret sh.helm.release.v1.login.v$(($2 + 1))" && cluster_upgraded
}
cluster_repeats_the_migration() { cluster_installs STUB_JOB=login-migrate-1 && called changed 'delete job login-migrate-1' && cluster_upgraded; }
cluster_takes_over() { cluster_installs STUB_OWNER=kubectl && called changed 'keep-replicas' && cluster_upgraded; }

part_deploy() {
  fresh changed services/login/src/main.rs
  case_ 'deploy: by digest, with the values of the environment' deploys
  case_ 'deploy: refuses an image that was not pushed' deploys_no_unpushed
  case_ 'deploy: the first release' first_release
  case_ 'deploy: a cluster that does not answer is no missing release' cluster_is_down
  case_ 'deploy: no step fails without a message' says_why
  case_ 'deploy: a failed upgrade is rolled back' goes_back deploy 'helm --namespace login upgrade'
  case_ 'deploy: a failed first release stays' leaves_first_release
  case_ 'deploy: takes fields over from kubectl' takes_over kubectl
  case_ 'deploy: … and from an autoscaler' takes_over kube-controller-manager
  case_ 'deploy: a product that kubectl scaled to 0 gets a pod' scales_up_from_0 ''
  case_ 'deploy: … and one that helm scaled to 0' scales_up_from_0 '{}'
  case_ 'deploy: helm 3 has no options for it' works_with_helm_3
  case_ 'deploy: an interrupted first install' interrupted pending-install ''
  case_ 'deploy: an interrupted upgrade' interrupted pending-upgrade 3
  case_ 'deploy: an interrupted rollback' interrupted pending-rollback 3
  case_ 'deploy: an interrupted removal' interrupted uninstalling ''
  case_ 'deploy: another helm gets time to end' waits_for_another_helm
  case_ 'deploy: a failed revision stays in the history' keeps_the_failed
  case_ 'deploy: a failed migration is tried again' repeats_the_migration
  case_ 'deploy: stores the commit in the release' stores_the_commit
  case_ 'deploy: refuses a commit older than the running one' older_is refused
  case_ 'deploy: … unless told to' older_is deployed
  case_ 'deploy: a main branch set back by a force push' deploys_after_force_push
  case_ 'deploy: a running commit that is not in the clone' deploys_with 1111111111111111111111111111111111111111
  case_ 'smoke: failing tests roll back the release' goes_back smoke 'helm --namespace login test'
  case_ 'cluster up: a failed query is no missing secret' cluster_reads_the_secret
  case_ 'cluster up: the first release' cluster_installs STUB_REVISION=
  case_ 'cluster up: takes fields over' cluster_takes_over
  case_ 'cluster up: an interrupted first install' cluster_removes pending-install ''
  case_ 'cluster up: an interrupted removal' cluster_removes uninstalling ''
  case_ 'cluster up: a failed migration is tried again' cluster_repeats_the_migration
}
