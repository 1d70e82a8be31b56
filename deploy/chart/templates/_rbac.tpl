{{/* docs/reference/rbac.md says why each of these is there. */}}

{{/* What Limpet may do where the objects are that it serves. */}}
{{- define "limpet.servedRules" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* What belongs to no namespace; empty where nothing of it is needed. */}}
{{- define "limpet.clusterRules" -}}
{{- if .Values.rbac.ingressClasses }}
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [list, watch]
{{- end }}
{{- if include "limpet.publishesNodes" . }}
- apiGroups: [""]
  resources: [nodes]
  verbs: [get]
{{- end }}
{{- if include "limpet.makesCertificate" . }}
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations]
  resourceNames: [{{ include "limpet.admission" . }}]
  verbs: [list, watch, patch]
{{- end }}
{{- end -}}

{{/* What Limpet may do in its own namespace. */}}
{{- define "limpet.ownRules" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "limpet.keysSecret" . }}]
  # Where Secrets of this namespace may be listed and watched anyway, these are not said twice.
  verbs: [get{{ if not (has .Values.watchNamespace (list "" .Release.Namespace)) }}, list, watch{{ end }}]
{{- if include "limpet.makesCertificate" . }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "limpet.admission" . }}]
  verbs: [{{ if not (has .Values.watchNamespace (list "" .Release.Namespace)) }}list, watch, {{ end }}patch]
{{- end }}
{{- if .Values.rbac.createSecrets }}
# A right to create cannot be one for a name.
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
{{- end }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "limpet.lease" . }}]
  verbs: [get, patch]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list{{ if include "limpet.publishesNodes" . }}, watch{{ end }}]
{{- end -}}

{{- define "limpet.subjects" -}}
- kind: ServiceAccount
  name: {{ include "limpet.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* A role and its binding. Takes root, kind (Role, ClusterRole), name, namespace, rules. */}}
{{- define "limpet.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "limpet.labels" .root | nindent 4 }}
rules:
  {{- .rules | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "limpet.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
  {{- include "limpet.subjects" .root | nindent 2 }}
{{- end -}}
