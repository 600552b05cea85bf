{{/* Helpers of login alone: its settings, secrets and checks. The other templates are the same in every product. */}}

{{/* How e-mails are delivered: mail.mode, else `dev` with development.enabled and `smtp` without. */}}
{{- define "mailMode" -}}
{{ .Values.mail.mode | default (ternary "dev" "smtp" .Values.development.enabled) }}
{{- end }}

{{- define "settings" -}}
LOGIN_PUBLIC_URL: {{ .Values.publicUrl | quote }}
LOGIN_CLIENTS_FILE: /etc/login/clients.json
{{ include "processSettings" . }}
{{- if eq (include "mailMode" .) "dev" }}
LOGIN_MAIL: dev
{{- end }}
{{- with .Values.mail.from }}
LOGIN_MAIL_FROM: {{ . | quote }}
{{- end }}
{{- include "traceSettings" . }}
{{- end }}

{{- define "productSecretEnv" -}}
{{ include "secretEnv" (list . "LOGIN_KEY_SECRET") }}
{{- if eq (include "mailMode" .) "smtp" }}
{{ include "secretEnv" (list . "LOGIN_MAIL") }}
{{- end }}
{{- end }}

{{- define "productVolumeMounts" }}
- name: clients
  mountPath: /etc/login
  readOnly: true
{{- end }}

{{- define "productVolumes" }}
- name: clients
  secret:
    secretName: {{ include "secretName" . | quote }}
    items: [{ key: clients.json, path: clients.json }]
{{- end }}

{{/* Secrets that development.enabled generates, separated by spaces. */}}
{{- define "productKeys" -}}
LOGIN_KEY_SECRET
{{- end }}

{{/* Additional entries of the Secret with development.enabled. */}}
{{- define "productDevelopmentSecrets" }}
{{- dict "clients.json" (dict "clients" .Values.development.clients | toPrettyJson) | toYaml }}
{{- end }}

{{/* Variables of files/test.sh. */}}
{{- define "productTestEnv" -}}
- { name: LOGIN, value: "http://{{ include "service" . }}:8080" }
- { name: ISSUER, value: {{ .Values.publicUrl | quote }} }
{{- end }}

{{- define "productCheck" }}
{{- if and (eq (.Values.mail.mode | default "") "dev") (not .Values.development.enabled) }}
{{- fail "mail.mode dev shows everybody's e-mails to everybody: it needs development.enabled" }}
{{- end }}
{{- if and (eq (include "mailMode" .) "dev") (hasPrefix "https:" .Values.publicUrl) }}
{{- fail "publicUrl has https: mail.mode must be smtp, because dev, the default of development.enabled, shows everybody's e-mails to everybody" }}
{{- end }}
{{- if and .Values.development.enabled (eq (.Values.mail.mode | default "") "smtp") (not (get (.Values.development.secrets | default dict) "LOGIN_MAIL")) }}
{{- fail "mail.mode smtp needs development.secrets.LOGIN_MAIL when development.enabled creates the Secret" }}
{{- end }}
{{- end }}
