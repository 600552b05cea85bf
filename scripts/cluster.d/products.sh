# shellcheck shell=bash
# The products: their values on this cluster, and their charts.

# The variable of a product in which its secret as a client of login stands, by its product.toml.
secret_variable() { # PRODUCT
  local id
  id=$(toml "services/$1/product.toml" client id | tr -d '"')
  awk -v wanted="\"{client_secret.$id}\"" '$2 == "=" && $3 == wanted { print $1; exit }' "services/$1/product.toml"
}

# A product's secret as a client: the one that it has, else a new one.
client_secret() { # PRODUCT
  local variable old file=$memory/$1.client-secret
  if [ -s "$file" ]; then cat "$file"; return; fi
  variable=$(secret_variable "$1")
  old=$(k get secret "$1" --namespace "$1" --output "go-template={{ with index .data \"$variable\" }}{{ base64decode . }}{{ end }}" 2>/dev/null || true)
  case $old in
    '') (umask 077 && LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 40 >"$file") || [ -s "$file" ] ;;
    *) (umask 077 && printf '%s' "$old" >"$file") ;;
  esac
  cat "$file"
}

# addresses PRODUCT KEY: the client's paths of that key below the product's public address, as a JSON array.
addresses() {
  toml "services/$1/product.toml" client "$2" | sed "s|\"/|\"http://localhost:$(port "$1")/|g"
}

# The first-party clients that login knows, as JSON: two for trying things out, and each product that has a [client].
clients() {
  local product file id grants internal scope='openid profile email offline_access api'
  printf '[{"client_id":"demo-public","client_name":"demo-public","grant_types":["authorization_code","refresh_token"],"redirect_uris":["http://127.0.0.1:9999/callback"],"scope":"%s"},' "$scope"
  printf '{"client_id":"demo-confidential","client_name":"demo-confidential","client_secret":"demo-confidential-secret","grant_types":["authorization_code","refresh_token","client_credentials"],"redirect_uris":["http://127.0.0.1:9999/callback"],"scope":"%s"}' "$scope"
  for product in $(products); do
    file=services/$product/product.toml
    id=$(toml "$file" client id)
    if [ -z "$id" ]; then continue; fi
    grants=$(toml "$file" client grant_types)
    # Who asks for itself may act in each tenant.
    case $grants in *client_credentials*) internal=' internal' ;; *) internal='' ;; esac
    printf ',{"client_id":%s,"client_name":"%s","client_secret":"%s","grant_types":%s,"redirect_uris":%s,"post_logout_redirect_uris":%s,"scope":"%s"}' \
      "$id" "$product" "$(client_secret "$product")" "$grants" \
      "$(addresses "$product" redirect_paths)" "$(addresses "$product" post_logout_redirect_paths)" "$scope$internal"
  done
  printf ']'
}

# A product's values on this cluster, as JSON.
values() { # PRODUCT
  local image secrets='' clients=''
  image=$(image_of "services/$1")
  if [ -n "$(toml "services/$1/product.toml" client id)" ]; then
    secrets="\"$(secret_variable "$1")\":\"$(client_secret "$1")\""
  fi
  if [ "$1" = login ]; then clients=",\"clients\":$(clients)"; fi
  printf '{"image":{"repository":"%s","tag":"%s"},"publicUrl":"http://localhost:%s",' "${image%:*}" "${image##*:}" "$(port "$1")"
  printf '"service":{"type":"NodePort","nodePort":%s},"postgres":{"enabled":true},' "$(node_port "$1")"
  if [ "$kafka" = strimzi ]; then
    printf '"kafka":{"brokers":"kafka-kafka-bootstrap.kafka.svc:9092","topicReplication":3},'
  fi
  if [ -n "$gateway" ]; then
    printf '"route":{"enabled":true,"parentRefs":[{"name":"web","namespace":"gateway","sectionName":"%s"}]},' "$1"
  fi
  printf '"development":{"enabled":true,"secrets":{%s}%s}}\n' "$secrets" "$clients"
}

revision() { # PRODUCT
  k get secrets --namespace "$1" --selector "owner=helm,name=$1" --sort-by .metadata.creationTimestamp \
    --output 'jsonpath={range .items[*]}{.metadata.labels.version} {.metadata.labels.status}{"\n"}{end}' 2>/dev/null | tail -n 1
}

# A helm that was killed leaves its release in between, and every later one refuses.
end_interrupted() { # PRODUCT
  local product=$1 tries number state
  for ((tries = 0; tries < 20; tries++)); do
    read -r number state <<<"$(revision "$product")"
    case $state in pending-*) sleep 0.5 ;; *) return ;; esac
  done
  say "  $product: revision $number was interrupted ($state): put aside"
  k delete secret "sh.helm.release.v1.$product.v$number" --namespace "$product" >/dev/null
}

# Brings a product's chart to the cluster, unless what is there is that already, and nobody has changed it since.
bring_product() { # PRODUCT
  local product=$1 file wanted failed
  file=$memory/$product.values.json
  (umask 077 && values "$product" >"$file")
  wanted=$(find "services/$product/chart" -type f | LC_ALL=C sort | { while IFS= read -r name; do cat "$name"; done; cat "$file"; } | hash_of)
  failed=$(failed_migrate "$product") || failed=''
  if [ -z "$failed" ] && [ "$(cat "$memory/$product.release" 2>/dev/null)" = "$wanted $(revision "$product")" ] &&
    k get "deployment/$product" "statefulset/$product-postgres" --namespace "$product" >/dev/null 2>&1; then
    say "  $product: unchanged"
    return
  fi
  # A Job that has failed stays as it is; helm makes another one in its place.
  if [ -n "$failed" ]; then
    # shellcheck disable=SC2086
    k delete job $failed --namespace "$product" >/dev/null
  fi
  end_interrupted "$product"
  # Its data is new, too.
  if [ -z "$(revision "$product")" ]; then rm -f "$memory/seed"; fi
  h upgrade --install "$product" "services/$product/chart" --namespace "$product" --values "$file" >"$memory/$product.helm.log" 2>&1 || {
    cat "$memory/$product.helm.log" >&2
    fail 1 "helm could not bring $product: what it says is above"
  }
  printf '%s %s\n' "$wanted" "$(revision "$product")" >"$memory/$product.release"
  say "  $product: revision $(revision "$product")"
}
