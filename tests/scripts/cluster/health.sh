# shellcheck shell=bash disable=SC2154
# What `status`, `doctor` and `up` make of a system that is not well.

# A cluster that is up. It is created once, and copied.
running() {
  machine docker=up kind
  if [ ! -d "$work/kept-state" ]; then
    cluster up >"$work/up" || { cat "$work/up"; return 1; }
    cp -R "$STUB_STATE" "$work/kept-state"
    cp -R "$work/data" "$work/kept-data"
    return
  fi
  cp -R "$work/kept-state/." "$STUB_STATE"
  cp -R "$work/kept-data" "$work/data"
}

# finds TEXT: both commands see it, and doctor names it.
finds() { fails 1 "$1" cluster doctor && fails 1 'Not everything is ready' cluster status; }

# A quota lets no pod be created, so that no pod is unready.
no_pods() { running && touch "$STUB_STATE/fault.quota" && finds '0 out of 2 new replicas'; }

scaled_to_zero() {
  running && echo 0 >"$STUB_STATE/replicas/login" && finds 'login: Deployment/login is scaled to 0 pods' && cluster up && cluster status && cluster doctor
}

not_installed() { running && rm "$STUB_STATE/releases/ad" && finds 'ad: it has no Deployment'; }

unfinished_release() { running && echo '2 pending-upgrade localhost/ad:1-amd64' >"$STUB_STATE/releases/ad" && fails 1 'ad: its release is not deployed: 2 pending-upgrade' cluster doctor; }

# helm was killed during its first installation: the next `up` removes the record.
interrupted_install() {
  running && echo '1 pending-install localhost/ad:1-amd64' >"$STUB_STATE/releases/ad" && on_mac env PENDING_SECONDS=0 scripts/cluster up && called 'delete secret sh.helm.release.v1.ad.v1' && cluster status
}

# Another owner of a field: kubectl scale, before a change of the product.
scaled_by_hand() {
  running && touch "$STUB_STATE/fault.scaled" && echo 4 >"$STUB_STATE/replicas/ad" && echo '# changed' >>"$work/copy/services/ad/chart/values.yaml" &&
    cluster up && called 'keep-replicas' && called 'helm .* --force-conflicts' && cluster status
}

# The node runs another program under the name, as podman's archive of several images gives it.
wrong_program() {
  local image
  running && image=$(cut -d ' ' -f 3 "$STUB_STATE/releases/login") && echo 'ad linux/amd64' >"$STUB_STATE/nodes/$(printf '%s' "$image" | tr '/:' '__')" &&
    finds 'CrashLoopBackOff' && finds '0 of 2 updated replicas'
}

no_kafka() { running && rm "$STUB_STATE/objects/StatefulSet.kafka.kafka" && finds 'kafka: no Kafka is ready'; }

stopped() {
  running && touch "$STUB_STATE/fault.stopped" && fails 69 'does not answer' cluster status && fails 69 'docker start devops-practice-control-plane' cluster up &&
    fails 1 'docker start devops-practice-control-plane' cluster doctor
}

health_cases() {
  rm -rf "$work"/kept-{state,data}
  case_ 'health: a Deployment with 0 of 2 pods' no_pods
  case_ 'health: … that is scaled to 0' scaled_to_zero
  case_ 'health: a product that is not installed' not_installed
  case_ 'health: a release that was interrupted' unfinished_release
  case_ 'up: an interrupted first installation' interrupted_install
  case_ 'up: a product that was scaled by hand' scaled_by_hand
  git -C "$work/copy" checkout --quiet services
  case_ 'health: another program under the name of an image' wrong_program
  case_ 'health: no Kafka' no_kafka
  case_ 'health: a cluster that is stopped' stopped
}

all_cases() { flow_cases; load_cases; image_cases; health_cases; }
