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

{{/* The labels of an object, and more of a value. Arguments: (list root "value" $more) */}}
{{- define "labelsWith" -}}
{{- $labels := include "labels" (index . 0) | fromYaml }}
{{- include "refuseSet" (list (index . 1) (index . 2) $labels "the chart sets it") }}
{{- merge (deepCopy (index . 2 | default dict)) $labels | toYaml }}
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

{{/* The name of the Services, which must begin with a letter. */}}
{{- define "service" -}}
{{ ternary "s" "" (regexMatch "^[0-9]" .Release.Name) }}{{ .Release.Name }}
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

{{/* The server's variables that are not in the ConfigMap. Kubernetes prefers them to the ConfigMap's. */}}
{{- define "serverEnv" -}}
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: POD_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME)
{{ include "secretEnv" (list . "DATABASE_URL") }}
{{ include "secretEnv" (list . "WORKER_DATABASE_URL") }}
{{ include "productSecretEnv" . | trim }}
{{- end }}

{{/* The variables of `migrate` that are not in the ConfigMap. */}}
{{- define "migrateEnv" -}}
{{ include "secretEnv" (list . "MIGRATE_DATABASE_URL") }}
{{ include "secretEnv" (list . "DATABASE_URL") }}
{{ include "secretEnv" (list . "WORKER_DATABASE_URL") }}
{{- end }}

{{/* The security context of a pod by the restricted pod security standard. Arguments: (list root USER) */}}
{{- define "podSecurity" -}}
runAsNonRoot: true
{{- if ne (index . 0).Values.podUser "assigned" }}
runAsUser: {{ index . 1 }}
runAsGroup: {{ index . 1 }}
fsGroup: {{ index . 1 }}
{{- end }}
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

{{/* The peers of networkPolicy.dns, or the DNS servers of common clusters. */}}
{{- define "dnsPeers" -}}
{{- with .Values.networkPolicy.dns }}
{{- toYaml . }}
{{- else -}}
- namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
- namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-dns } }
{{- /*
NodeLocal DNSCache is on the network of the node, so no selector finds it. It answers at its own address and at the cluster IP of
the DNS Service, which is a private address.
*/}}
{{- range list "169.254.20.10/32" "10.0.0.0/8" "100.64.0.0/10" "172.16.0.0/12" "192.168.0.0/16" "fc00::/7" }}
- ipBlock: { cidr: {{ . | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{/* The families of IP addresses of a Service; empty for those of the cluster. */}}
{{- define "ipFamilies" -}}
{{- with .Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .Values.service.ipFamilies }}
ipFamilies: {{- toYaml . | nindent 2 }}
{{- end }}
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
TOPIC_PREFIX: {{ .Values.kafka.topicPrefix | default "" | quote }}
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
{{- $secrets := dict "name" (.Values.secrets.name | default "") "revision" (.Values.secrets.revision | default "") }}
{{- $development := merge (deepCopy .Values.development) (dict "secrets" dict) -}}
{{ list (include "settings" .) (.Values.extraEnv | default dict) $secrets $development | toJson | sha256sum }}
{{- end }}
