{{/* Helpers of ad alone: its settings, secrets and checks. The other templates are the same in every product. */}}

{{- define "settings" -}}
AD_PUBLIC_URL: {{ .Values.publicUrl | quote }}
AD_CLIENT_ID: {{ .Values.clientId | quote }}
LOGIN_PUBLIC_URL: {{ .Values.login.publicUrl | quote }}
{{- with .Values.login.backchannelUrl }}
LOGIN_BACKCHANNEL_URL: {{ . | quote }}
{{- end }}
{{ include "processSettings" . }}
{{- if .Values.development.enabled }}
AD_REVIEW: rule
{{- end }}
{{- include "traceSettings" . }}
{{- end }}

{{- define "productSecretEnv" -}}
{{ include "secretEnv" (list . "AD_CLIENT_SECRET") }}
{{ include "secretEnv" (list . "AD_LINK_SECRET") }}
{{ include "secretEnv" (list . "AD_SESSION_SECRET") }}
{{- end }}

{{- define "productVolumeMounts" }}{{ end }}

{{- define "productVolumes" }}{{ end }}

{{/* Secrets that development.enabled generates, separated by spaces. */}}
{{- define "productKeys" -}}
AD_LINK_SECRET AD_SESSION_SECRET
{{- end }}

{{/* Additional entries of the Secret with development.enabled. */}}
{{- define "productDevelopmentSecrets" }}{{ end }}

{{/* Variables of files/test.sh. */}}
{{- define "productTestEnv" -}}
- { name: AD, value: "http://{{ include "service" . }}:8080" }
- { name: GRPC, value: {{ include "service" . }}-grpc }
- { name: ORIGIN, value: {{ .Values.publicUrl | quote }} }
- { name: LOGIN, value: {{ .Values.login.backchannelUrl | default .Values.login.publicUrl | quote }} }
- { name: CLIENT, value: {{ .Values.test.clientId | quote }} }
- { name: REDIRECT, value: {{ .Values.test.redirectUri | quote }} }
{{- end }}

{{- define "productCheck" }}
{{- if and .Values.development.enabled (not (hasKey (.Values.development.secrets | default dict) "AD_CLIENT_SECRET")) }}
{{- fail "development.enabled needs development.secrets.AD_CLIENT_SECRET: the secret that login has for the client ad" }}
{{- end }}
{{- end }}
