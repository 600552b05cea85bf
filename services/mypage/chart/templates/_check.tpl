{{/*
Refuses values that contradict each other, which values.schema.json cannot express. The schema requires each value whose default
is not empty. Others are missing when they are set to null, or when helm reuses the values of an older chart: each use of them
works without.
*/}}
{{- define "check" -}}
{{- if contains "." .Release.Name }}
{{- fail (printf "the release is called %s, but the name of a Service cannot contain a dot: choose another name" .Release.Name) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas is %v, more than autoscaling.maxReplicas, which is %v" .Values.autoscaling.minReplicas .Values.autoscaling.maxReplicas) }}
{{- end }}
{{- if and .Values.service.nodePort (ne .Values.service.type "NodePort") }}
{{- fail (printf "service.nodePort is set, but service.type is %s: make it NodePort" .Values.service.type) }}
{{- end }}
{{- if and .Values.route.enabled (not .Values.route.parentRefs) }}
{{- fail "route.enabled needs route.parentRefs: the Gateway that the route belongs to" }}
{{- end }}
{{- if and .Values.development.enabled .Values.secrets.name }}
{{- fail "development.enabled creates the Secret, and secrets.name names an existing one: set one of them" }}
{{- end }}
{{- if and .Values.development.enabled .Values.postgres.enabled .Values.postgres.secretName }}
{{- fail "development.enabled makes the passwords of Postgres, and postgres.secretName names existing ones: set one of them" }}
{{- end }}
{{- if and (gt (len (.Values.service.ipFamilies | default list)) 1) (not (has .Values.service.ipFamilyPolicy (list "PreferDualStack" "RequireDualStack"))) }}
{{- fail "service.ipFamilies has two families: service.ipFamilyPolicy must be PreferDualStack or RequireDualStack" }}
{{- end }}
{{- range $of, $resources := dict "resources" .Values.resources "migrate.resources" .Values.migrate.resources "postgres.resources" .Values.postgres.resources }}
{{- range $name, $request := $resources.requests }}
{{- $limit := get ($resources.limits | default dict) $name }}
{{- if and $limit (gt (include "number" $request | float64) (include "number" $limit | float64)) }}
{{- fail (printf "%s.requests.%s is %v, more than %s.limits.%s, which is %v" $of $name $request $of $name $limit) }}
{{- end }}
{{- end }}
{{- end }}
{{- range list "DATABASE_URL" "WORKER_DATABASE_URL" "MIGRATE_DATABASE_URL" }}
{{- if and $.Values.development.enabled (not $.Values.postgres.enabled) (not (hasKey ($.Values.development.secrets | default dict) .)) }}
{{- fail (printf "development.enabled needs postgres.enabled, or development.secrets.%s: the address of a Postgres" .) }}
{{- end }}
{{- end }}
{{- include "refuseSet" (list "extraEnv" .Values.extraEnv (include "settings" . | fromYaml) "another value sets it") }}
{{- range concat (include "serverEnv" . | fromYamlArray) (include "migrateEnv" . | fromYamlArray) }}
{{- include "refuseSet" (list "extraEnv" $.Values.extraEnv (dict .name "") "the chart sets it") }}
{{- end }}
{{- include "refuseSet" (list "extraEnv" .Values.extraEnv (dict "HTTP_ADDR" "" "GRPC_ADDR" "" "OPS_ADDR" "") "the ports of the pods are fixed") }}
{{- include "refuseSet" (list "podAnnotations" .Values.podAnnotations (dict "checksum/config" "") "the chart sets it") }}
{{- include "productCheck" . }}
{{- end }}

{{/* Refuses names of a value that are set already. Arguments: (list "value" $names $set "why") */}}
{{- define "refuseSet" -}}
{{- $set := index . 2 }}
{{- range $name, $_ := index . 1 }}
{{- if hasKey $set $name }}
{{- fail (printf "%s.%s: %s, see README.md" (index $ 0) $name (index $ 3)) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses other volumes than those of the running StatefulSet, before helm changes anything: Kubernetes would refuse them, with the
other objects already changed.
*/}}
{{- define "checkVolume" }}
{{- $set := include "postgresStatefulSet" . }}
{{- range dig "spec" "volumeClaimTemplates" list (lookup "apps/v1" "StatefulSet" .Release.Namespace $set) }}
{{- $storage := .spec.resources.requests.storage }}
{{- if ne (include "number" $storage) (include "number" $.Values.postgres.storage) }}
{{- fail (printf "postgres.storage is %v, but the StatefulSet %s makes volumes of %v, which Kubernetes does not change: see \"A larger volume\" in README.md" $.Values.postgres.storage $set $storage) }}
{{- end }}
{{- if ne (toJson .spec.storageClassName) (toJson $.Values.postgres.storageClassName) }}
{{- fail (printf "postgres.storageClassName is %s, but the StatefulSet %s makes volumes of the class %s, which Kubernetes does not change: see \"A larger volume\" in README.md" (toJson $.Values.postgres.storageClassName) $set (toJson .spec.storageClassName)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* A quantity as a number, since Kubernetes writes 1.5Gi as 1536Mi. */}}
{{- define "number" -}}
{{- $number := regexFind "^[0-9.]+([eE][-+]?[0-9]+)?" (toString .) }}
{{- $binary := dict "Ki" 1 "Mi" 2 "Gi" 3 "Ti" 4 "Pi" 5 "Ei" 6 }}
{{- $small := dict "m" 1000.0 "u" 1000000.0 "n" 1000000000.0 }}
{{- $decimal := dict "" 0 "k" 1 "M" 2 "G" 3 "T" 4 "P" 5 "E" 6 }}
{{- $unit := trimPrefix $number (toString .) }}
{{- $base := ternary 1024.0 1000.0 (hasKey $binary $unit) }}
{{- $value := float64 $number }}
{{- range until (get (merge $binary $decimal) $unit | int) }}
{{- $value = mulf $value $base }}
{{- end }}
{{- divf $value (get $small $unit | default 1.0) }}
{{- end }}
