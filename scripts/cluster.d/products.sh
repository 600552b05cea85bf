# shellcheck shell=bash
# Installs the products: their values on this cluster, and their charts.

# Stores the client secret that the cluster has for a product. devstack generates a new one when there is none.
store_existing_secret() { # PRODUCT
  local variable old file=$memory/$1.client-secret
  variable=$(secret_variable "$1")
  if [ -z "$variable" ] || [ -s "$file" ]; then return; fi
  # A failed query is not an absent secret: a new one would lock the product out of login.
  old=$(k get secret "$1" --namespace "$1" --ignore-not-found --output "go-template={{ with .data }}{{ with index . \"$variable\" }}{{ base64decode . }}{{ end }}{{ end }}") ||
    fail 1 "kubectl cannot read the secret of $1: its message is above"
  if [ -n "$old" ]; then (umask 077 && printf '%s' "$old" >"$file"); fi
}

# Prints a product's values on this cluster, as JSON. The values of login contain the client secrets of the other
# products.
values() { # PRODUCT
  local product image options=()
  image=$(image_of "services/$1") || exit
  for product in $(products); do store_existing_secret "$product"; done
  if [ -n "$gateway" ]; then options=(--gateway); fi
  devstack values "$1" --image "$image" --kafka "$kafka" --secrets "$memory" ${options[@]+"${options[@]}"}
}

# Prints the latest revision of a product's release, and its state.
revision() { # PRODUCT
  k get secrets --namespace "$1" --selector "owner=helm,name=$1" \
    --output 'jsonpath={range .items[*]}{.metadata.labels.version} {.metadata.labels.status}{"\n"}{end}' | sort -n | tail -n 1
}

# Whether a product's server and database are there, and neither is scaled to 0.
has_pods() { # PRODUCT
  local replicas
  replicas=$(k get "deployment/$1" "statefulset/$1-postgres" --namespace "$1" --output 'jsonpath={.items[*].spec.replicas}' 2>/dev/null) || return 1
  case " $replicas " in *' 0 '*) return 1 ;; esac
}

# Installs a product's chart, unless the same chart and values are installed and nobody has changed the release since.
install_product() { # PRODUCT
  local product=$1 file wanted failed latest
  file=$memory/$product.values.json
  (umask 077 && : >"$file")
  values "$product" >"$file" || fail 1 "devstack cannot make the values of $product: its message is above"
  # Without the files that .helmignore leaves out.
  wanted=$(find "services/$product/chart" -type f ! -path '*/.*' ! -path "*/chart/tests/*" ! -path "*/chart/README.md" ! -name '*~' | LC_ALL=C sort | { digests; cat "$file"; } | hash_of)
  failed=$(failed_migrate "$product" 2>/dev/null) || failed=''
  if [ -z "$failed" ] && [ "$(cat "$memory/$product.release" 2>/dev/null)" = "$wanted $(revision "$product")" ] && has_pods "$product"; then
    say "  $product: unchanged"
    return
  fi
  remove_failed_migrate "$product"
  end_interrupted "$product"
  keep_replicas "$product"
  # A new release has no demo data yet.
  if [ -z "$(revision "$product")" ]; then rm -f "$memory/seed"; fi
  # shellcheck disable=SC2046
  h upgrade --install "$product" "services/$product/chart" --namespace "$product" --values "$file" $(take_over) >"$memory/$product.helm.log" 2>&1 || {
    cat "$memory/$product.helm.log" >&2
    fail 1 "helm failed to install $product: its output is above"
  }
  latest=$(revision "$product") || latest=''
  printf '%s %s\n' "$wanted" "$latest" >"$memory/$product.release"
  say "  $product: revision $latest"
}
