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
{{- range list "DATABASE_URL" "WORKER_DATABASE_URL" "MIGRATE_DATABASE_URL" }}
{{- if and $.Values.development.enabled (not $.Values.postgres.enabled) (not (hasKey ($.Values.development.secrets | default dict) .)) }}
{{- fail (printf "development.enabled needs postgres.enabled, or development.secrets.%s: the address of a Postgres" .) }}
{{- end }}
{{- end }}
{{- include "refuseSet" (list "extraEnv" .Values.extraEnv (include "settings" . | fromYaml) "another value sets it") }}
{{- range concat (include "serverEnv" . | fromYamlArray) (include "migrateEnv" . | fromYamlArray) }}
{{- include "refuseSet" (list "extraEnv" $.Values.extraEnv (dict .name "") "the chart sets it") }}
{{- end }}
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
