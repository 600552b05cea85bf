{{/* Helpers of mypage alone: its settings, secrets and checks. The other templates are the same in every product. */}}

{{- define "settings" -}}
MYPAGE_PUBLIC_URL: {{ .Values.publicUrl | quote }}
MYPAGE_CLIENT_ID: {{ .Values.clientId | quote }}
MYPAGE_PEER_DEADLINE_MILLISECONDS: {{ .Values.peerDeadlineMilliseconds | quote }}
LOGIN_PUBLIC_URL: {{ .Values.login.publicUrl | quote }}
{{- with .Values.login.backchannelUrl }}
LOGIN_BACKCHANNEL_URL: {{ . | quote }}
{{- end }}
LOGIN_GRPC_ADDRS: {{ .Values.login.grpcAddrs | quote }}
AD_PUBLIC_URL: {{ .Values.ad.publicUrl | quote }}
AD_GRPC_ADDRS: {{ .Values.ad.grpcAddrs | quote }}
{{ include "processSettings" . }}
{{- include "traceSettings" . }}
{{- end }}

{{- define "productSecretEnv" -}}
{{ include "secretEnv" (list . "MYPAGE_CLIENT_SECRET") }}
{{ include "secretEnv" (list . "MYPAGE_SESSION_SECRET") }}
{{- end }}

{{- define "productVolumeMounts" }}{{ end }}

{{- define "productVolumes" }}{{ end }}

{{/* Secrets that development.enabled generates, separated by spaces. */}}
{{- define "productKeys" -}}
MYPAGE_SESSION_SECRET
{{- end }}

{{/* Additional entries of the Secret with development.enabled. */}}
{{- define "productDevelopmentSecrets" }}{{ end }}

{{/* Variables of files/test.sh. */}}
{{- define "productTestEnv" -}}
- { name: MYPAGE, value: "http://{{ include "service" . }}:8080" }
- { name: ORIGIN, value: {{ .Values.publicUrl | quote }} }
- { name: LOGIN, value: {{ .Values.login.backchannelUrl | default .Values.login.publicUrl | quote }} }
- { name: ISSUER, value: {{ .Values.login.publicUrl | quote }} }
{{- end }}

{{- define "productCheck" }}
{{- if and .Values.development.enabled (not (hasKey (.Values.development.secrets | default dict) "MYPAGE_CLIENT_SECRET")) }}
{{- fail "development.enabled needs development.secrets.MYPAGE_CLIENT_SECRET: the secret that login has for the client mypage" }}
{{- end }}
{{- end }}
