{{- define "limpet.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What the pods are known by. No version in it: replicas of two versions are replicas of one controller. */}}
{{- define "limpet.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "limpet.labels" -}}
{{ include "limpet.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "limpet.metadata" -}}
name: {{ include "limpet.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "limpet.labels" . | nindent 2 }}
{{- end -}}

{{/* Of an object that belongs to no namespace. */}}
{{- define "limpet.clusterMetadata" -}}
name: {{ include "limpet.fullname" . }}
labels:
  {{- include "limpet.labels" . | nindent 2 }}
{{- end -}}

{{- define "limpet.serviceAccount" -}}
{{- default (include "limpet.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "limpet.keysSecret" -}}
{{ include "limpet.fullname" . }}-keys
{{- end -}}

{{- define "limpet.lease" -}}
{{ include "limpet.fullname" . }}-leader
{{- end -}}

{{/* Of everything that the admission webhook needs: Service, Secret, ValidatingWebhookConfiguration. */}}
{{- define "limpet.admission" -}}
{{ include "limpet.fullname" . }}-admission
{{- end -}}

{{/* "true" where Limpet makes the webhook's certificate itself. */}}
{{- define "limpet.makesCertificate" -}}
{{- if and .Values.admissionWebhooks.enabled (not .Values.admissionWebhooks.certificateSecret) -}}true{{- end -}}
{{- end -}}

{{- define "limpet.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* NAMESPACE/NAME of the Service whose addresses are published; empty: there is none. */}}
{{- define "limpet.publishService" -}}
{{- if .Values.status.addresses -}}
{{- else if .Values.status.publishService -}}
{{- .Values.status.publishService -}}
{{- else if .Values.service.create -}}
{{- printf "%s/%s" .Release.Namespace (include "limpet.fullname" .) -}}
{{- end -}}
{{- end -}}

{{/* "true" where the addresses of nodes are published. */}}
{{- define "limpet.publishesNodes" -}}
{{- if not (or .Values.status.addresses (include "limpet.publishService" .)) -}}true{{- end -}}
{{- end -}}
