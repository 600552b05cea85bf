{{/*
Objects carry the release's name: call the release as the product, and addresses inside the cluster are what the other
charts expect. Helm shares these names among the parts of one release: as a subchart, this one would need a prefix to them.
*/}}

{{- define "labels" -}}
{{ include "selector" . }}
app.kubernetes.io/version: {{ include "tag" . | trunc 63 | trimAll "-._" | quote }}
app.kubernetes.io/part-of: devops-practice
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* These never change: a Deployment's selector can't. */}}
{{- define "selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
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

{{- define "mailMode" -}}
{{ .Values.mail.mode | default (ternary "dev" "smtp" .Values.development.enabled) }}
{{- end }}

{{- define "postgresSecretName" -}}
{{ .Values.postgres.secretName | default (printf "%s-postgres" .Release.Name) }}
{{- end }}

{{/* One variable from the product's Secret: (list root "NAME") */}}
{{- define "secretEnv" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "secretName" (index . 0) }}
      key: {{ index . 1 }}
{{- end }}

{{/* What the restricted pod security standard asks of a pod, by user id. */}}
{{- define "podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* And of a container. */}}
{{- define "containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Kafka's ports, as the addresses of the brokers have them. */}}
{{- define "kafkaPorts" -}}
{{- $ports := list }}
{{- range splitList "," .Values.kafka.brokers }}
{{- $ports = append $ports (splitList ":" (trim .) | last) }}
{{- end }}
{{- range $ports | uniq }}
- port: {{ . }}
{{- end }}
{{- end }}

{{/* A file of this chart, with links to where the repository is read: (list root "files/NAME") */}}
{{- define "ours" -}}
{{ (index . 0).Files.Get (index . 1) | replace "https://git.example/devops-practice" (index . 0).Values.repository | trim }}
{{- end }}

{{/* What a pod reads once, when it starts: with another sum come other pods, and another run of migrate. */}}
{{- define "checksum" -}}
{{ list (include "settings" .) .Values.extraEnv .Values.secrets .Values.development | toJson | sha256sum }}
{{- end }}

{{/* What a schema can't see: values that contradict each other. */}}
{{- define "check" -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas is %v, more than autoscaling.maxReplicas, which is %v" .Values.autoscaling.minReplicas .Values.autoscaling.maxReplicas) }}
{{- end }}
{{- if and .Values.service.nodePort (ne .Values.service.type "NodePort") }}
{{- fail (printf "service.nodePort is set, but service.type is %s: make it NodePort" .Values.service.type) }}
{{- end }}
{{- if and .Values.route.enabled (not .Values.route.parentRefs) }}
{{- fail "route.enabled needs route.parentRefs: the Gateway that the route belongs to" }}
{{- end }}
{{- if and (eq .Values.mail.mode "dev") (not .Values.development.enabled) }}
{{- fail "mail.mode dev shows everybody's mails to everybody: it needs development.enabled" }}
{{- end }}
{{- if and .Values.development.enabled (eq .Values.mail.mode "smtp") (not .Values.development.secrets.LOGIN_MAIL) }}
{{- fail "mail.mode smtp needs development.secrets.LOGIN_MAIL where development.enabled makes the Secret" }}
{{- end }}
{{- if and .Values.development.enabled .Values.secrets.name }}
{{- fail "development.enabled makes the Secret, and secrets.name says that it is there: set one of them" }}
{{- end }}
{{- range list "DATABASE_URL" "WORKER_DATABASE_URL" "MIGRATE_DATABASE_URL" }}
{{- if and $.Values.development.enabled (not $.Values.postgres.enabled) (not (hasKey $.Values.development.secrets .)) }}
{{- fail (printf "development.enabled needs postgres.enabled, or development.secrets.%s: the address of a Postgres" .) }}
{{- end }}
{{- end }}
{{- end }}
