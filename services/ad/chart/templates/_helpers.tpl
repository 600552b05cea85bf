{{/*
Helpers that are the same in the chart of every product. _product.tpl has the helpers of this product alone.

Objects have the release's name. The other charts expect a product at its own name: give the release the product's name.
The names of these helpers have no prefix: a chart that includes this one as a subchart must add one.
*/}}

{{- define "labels" -}}
{{ include "selector" . }}
app.kubernetes.io/version: {{ include "tag" . | trunc 63 | trimAll "-._" | quote }}
app.kubernetes.io/part-of: devops-practice
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The labels of selectors. They never change, because the selector of a Deployment is immutable. */}}
{{- define "selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "image" -}}
{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ include "tag" . }}{{ end }}
{{- end }}

{{- define "secretName" -}}
{{ .Values.secrets.name | default .Release.Name }}
{{- end }}

{{- define "postgresSecretName" -}}
{{ .Values.postgres.secretName | default (printf "%s-postgres" .Release.Name) }}
{{- end }}

{{/*
The StatefulSet of Postgres. Kubernetes labels its pods with this name and a hash, in at most 63 characters: a longer name than
52 gets no pod.
*/}}
{{- define "postgresStatefulSet" -}}
{{- $name := printf "%s-postgres" .Release.Name }}
{{- if gt (len $name) 52 }}
{{- $name = printf "%s-%s-postgres" (.Release.Name | trunc 34 | trimSuffix "-") (.Release.Name | sha256sum | trunc 8) }}
{{- end }}
{{- $name }}
{{- end }}

{{/* An environment variable from the product's Secret. Arguments: (list root "NAME") */}}
{{- define "secretEnv" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "secretName" (index . 0) | quote }}
      key: {{ index . 1 }}
{{- end }}

{{/* The security context of a pod by the restricted pod security standard. Argument: the user id. */}}
{{- define "podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* The security context of a container by the restricted pod security standard. */}}
{{- define "containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The ports in kafka.brokers, each once. */}}
{{- define "kafkaPorts" -}}
{{- $ports := list }}
{{- range splitList "," .Values.kafka.brokers }}
{{- $ports = append $ports (splitList ":" (trim .) | last) }}
{{- end }}
{{- range $ports | uniq }}
- port: {{ . }}
{{- end }}
{{- end }}

{{/* A file of this chart, with links to values.repository. Arguments: (list root "files/NAME") */}}
{{- define "fileWithLinks" -}}
{{ (index . 0).Files.Get (index . 1) | replace "https://git.example/devops-practice" (index . 0).Values.repository | trim }}
{{- end }}

{{/* The settings that every product has. */}}
{{- define "processSettings" -}}
DATABASE_MAX_CONNECTIONS: {{ .Values.database.maxConnections | quote }}
KAFKA_BROKERS: {{ .Values.kafka.brokers | quote }}
TOPIC_PREFIX: {{ .Values.kafka.topicPrefix | quote }}
TOPIC_REPLICATION: {{ .Values.kafka.topicReplication | quote }}
DRAIN_DELAY_SECONDS: {{ .Values.drain.delaySeconds | quote }}
DRAIN_DEADLINE_SECONDS: {{ .Values.drain.deadlineSeconds | quote }}
RUST_LOG: {{ .Values.log | quote }}
{{- end }}

{{/* The setting of traces; empty when none are exported. */}}
{{- define "traceSettings" -}}
{{- with .Values.otlp.endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
{{- end }}
{{- end }}

{{/* A hash of all settings that a pod reads at its start. When it changes, pods are replaced and `migrate` runs again. */}}
{{- define "checksum" -}}
{{ list (include "settings" .) .Values.extraEnv .Values.secrets .Values.development | toJson | sha256sum }}
{{- end }}

{{/* Refuses values that contradict each other, which values.schema.json cannot express. */}}
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
{{- if and $.Values.development.enabled (not $.Values.postgres.enabled) (not (hasKey $.Values.development.secrets .)) }}
{{- fail (printf "development.enabled needs postgres.enabled, or development.secrets.%s: the address of a Postgres" .) }}
{{- end }}
{{- end }}
{{- include "productCheck" . }}
{{- end }}
