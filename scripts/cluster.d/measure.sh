# shellcheck shell=bash
# Prints a table of the system on a cluster: image size, time to ready, memory idle and under load.

# Size of an image on the node, in MB.
image_size() { # IMAGE
  k get nodes --output 'go-template={{ range (index .items 0).status.images }}{{ .sizeBytes }}{{ range .names }} {{ . }}{{ end }}{{ "\n" }}{{ end }}' |
    awk -v image="$1" '{ for (i = 2; i <= NF; i++) if ($i == image) { printf "%.0f", $1 / 1e6; exit } }'
}

# Longest time that a product's pod took from its start to being ready. Kubernetes reports whole seconds.
start_to_ready() { # PRODUCT
  local times started ready most=0
  times=$(k get pods --namespace "$1" --selector app.kubernetes.io/component=server --output 'jsonpath={range .items[*]}{.status.containerStatuses[0].state.running.startedAt} {.status.conditions[?(@.type=="Ready")].lastTransitionTime}{"\n"}{end}')
  while read -r started ready; do
    if [ -z "$ready" ]; then continue; fi
    ready=$(($(seconds "$ready") - $(seconds "$started")))
    if [ "$ready" -gt "$most" ]; then most=$ready; fi
  done <<<"$times"
  printf '%d' "$most"
}

# Seconds of the day; a start over midnight is ignored.
seconds() { printf '%s' "$1" | sed 's/.*T\(..\):\(..\):\(..\)Z/\1 \2 \3/' | awk '{ print $1 * 3600 + $2 * 60 + $3 }'; }

# Prints NAMESPACE POD MEMORY TIME of every pod of the system; the memory is in MiB.
sample() {
  local namespace now=$SECONDS
  for namespace in $(products) kafka; do
    k top pods --namespace "$namespace" --no-headers 2>/dev/null | awk -v namespace="$namespace" -v now="$now" '
      { memory = $3; unit = memory; sub(/[A-Za-z]+$/, "", memory); sub(/^[0-9]+/, "", unit)
        if (unit == "Ki") memory /= 1024; if (unit == "Gi") memory *= 1024
        print namespace, $1, memory, now }'
  done
}

metrics_are_there() {
  local pods
  pods=$(for namespace in $(products) kafka; do k get pods --namespace "$namespace" --no-headers | grep -v Completed; done | wc -l)
  [ "$(sample | wc -l)" -ge "$pods" ]
}

# Samples the memory of all pods into FILE while the command runs.
sample_during() { # FILE COMMAND…
  local file=$1 running
  shift
  "$@" &
  running=$!
  : >"$file"
  while kill -0 "$running" 2>/dev/null; do
    sample >>"$file"
    sleep 3
  done
  wait "$running" || fail 1 "the load failed: $*"
}

# Highest memory of one pod: of a store (Postgres, Kafka), whose pod names end in a number, or of a server.
most() { # FILE NAMESPACE store|server
  awk -v namespace="$2" -v kind="$3" '
    $1 == namespace && ($2 ~ /-[0-9]$/ ? "store" : "server") == kind && $3 > most { most = $3 }
    END { if (most) printf "%.0f", most; else printf "–" }' "$1"
}

# Highest sum of all pods at one time.
together() { # FILE
  awk '{ sum[$4] += $3; if (sum[$4] > most) most = sum[$4] } END { printf "%.0f", most }' "$1"
}

table() { # IDLE LOADED
  local product image
  say '| | image, MB | start to ready, s | memory of a pod, idle, MiB | under load, MiB |'
  say '|---|---:|---:|---:|---:|'
  for product in $(products); do
    image=$(k get deployment "$product" --namespace "$product" --output 'jsonpath={.spec.template.spec.containers[0].image}')
    say "| $product | $(image_size "$image") | $(start_to_ready "$product") | $(most "$1" "$product" server) | $(most "$2" "$product" server) |"
    say "| its Postgres | | | $(most "$1" "$product" store) | $(most "$2" "$product" store) |"
  done
  say "| Kafka | | | $(most "$1" kafka store) | $(most "$2" kafka store) |"
  say "| **all pods together** | | | $(together "$1") | $(if [ -s "$2" ]; then together "$2"; else printf '–'; fi) |"
}

# The labels of the table in Korean. A line of a Postgres names the product of the line before.
korean() {
  awk -F ' [|] ' '
    NR == 1 { print "| | 이미지, MB | 시작부터 준비까지, 초 | 파드 메모리(유휴), MiB | 부하 시, MiB |"; next }
    /^\| its Postgres/ { sub(/its Postgres/, product "의 Postgres") }
    { sub(/all pods together/, "전체 파드 합계"); print; product = $1; sub(/^\| /, "", product) }'
}

cluster_measure() {
  local product idle=$memory/idle loaded=$memory/loaded text file
  # Restarts all pods, so that each start is measured with the schema in place.
  for product in $(products); do k rollout restart "deployment/$product" --namespace "$product" >/dev/null; done
  for product in $(products); do k rollout status "deployment/$product" --namespace "$product" --timeout 300s >/dev/null; done
  deadline_seconds=$((SECONDS + 180))
  until metrics_are_there; do
    if [ "$SECONDS" -gt "$deadline_seconds" ]; then fail 1 'metrics of some pods are missing: scripts/cluster doctor'; fi
    sleep 2
  done
  sample >"$idle"
  : >"$loaded"
  if [ $# -gt 0 ]; then sample_during "$loaded" "$@"; fi
  text=$(table "$idle" "$loaded")
  say "$text"
  if [ -z "$readme" ]; then return; fi
  for file in README.md README.ko.md; do
    if [ "$file" = README.ko.md ]; then text=$(printf '%s\n' "$text" | korean); fi
    TABLE=$text awk '/^<!-- cluster:/ { print; print ENVIRON["TABLE"]; skip = 1 } /^<!-- end -->/ { skip = 0 } !skip' "$file" |
      awk '!(/^<!-- cluster:/ && seen++)' >"$memory/$file"
    cat "$memory/$file" >"$file"
  done
}
