{{/* The flags of `limpet run`. */}}
{{- define "limpet.args" -}}
{{- $classes := list .Values.ingressClass.name -}}
{{- $controllers := list "limpet.dev/ingress-controller" -}}
{{- if .Values.takeOver.nginx -}}
{{- $classes = append $classes "nginx" | uniq -}}
{{- $controllers = append $controllers "k8s.io/ingress-nginx" -}}
{{- end -}}
- run
- --state-dir=/var/lib/limpet
- --http-port={{ .Values.ports.http }}
- --https-port={{ .Values.ports.https }}
- --admin-port={{ .Values.ports.admin }}
{{- if ne (toString .Values.workers) "auto" }}
- --workers={{ .Values.workers }}
{{- end }}
- --ingress-class={{ join "," $classes }}
- --controller-class={{ join "," $controllers }}
{{- if .Values.watchIngressWithoutClass }}
- --watch-ingress-without-class
{{- end }}
{{- with .Values.watchNamespace }}
- --watch-namespace={{ . }}
{{- end }}
- --classic-cookies={{ .Values.classicCookies }}
{{- with .Values.defaultBackend }}
- --default-backend-service={{ . }}
{{- end }}
{{- with .Values.defaultCertificate }}
- --default-ssl-certificate={{ . }}
{{- end }}
- --keys-secret={{ include "limpet.keysSecret" . }}
- --election-id={{ include "limpet.lease" . }}
{{- with .Values.status.addresses }}
- --publish-status-address={{ join "," . }}
{{- end }}
{{- with include "limpet.publishService" . }}
- --publish-service={{ . }}
{{- end }}
{{- if .Values.admissionWebhooks.enabled }}
- --validating-webhook=:{{ .Values.admissionWebhooks.port }}
{{- if .Values.admissionWebhooks.certificateSecret }}
- --validating-webhook-certificate=/etc/limpet/webhook/tls.crt
- --validating-webhook-key=/etc/limpet/webhook/tls.key
{{- else }}
- --validating-webhook-name={{ include "limpet.admission" . }}
{{- end }}
{{- end }}
- --shutdown-grace-period={{ .Values.shutdownGracePeriodSeconds }}
- --log-level={{ .Values.logLevel }}
- --access-log={{ .Values.accessLog }}
- --access-log-format={{ .Values.accessLogFormat }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Ports below 1024 for a user who is not root: by the pod's own sysctl, or on the nodes' network by the capability. */}}
{{- define "limpet.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- if not .Values.hostNetwork }}
sysctls:
  - name: net.ipv4.ip_unprivileged_port_start
    value: "0"
{{- end }}
{{- end -}}

{{- define "limpet.containerSecurityContext" -}}
# A process gains a capability of its file only where it may have more than its parent.
allowPrivilegeEscalation: {{ .Values.hostNetwork }}
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
  # Without it in the pod's bounds the image's NGINX, which has it, does not start.
  add: [NET_BIND_SERVICE]
{{- end -}}

{{- define "limpet.topologySpread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- topologyKey: {{ . }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "limpet.selectorLabels" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}

{{- define "limpet.podTemplate" -}}
metadata:
  labels:
    {{- include "limpet.selectorLabels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "limpet.serviceAccount" . }}
  automountServiceAccountToken: true
  # Else a Service called limpet-http in the namespace would set LIMPET_HTTP_PORT.
  enableServiceLinks: false
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ add .Values.shutdownGracePeriodSeconds 15 }}
  securityContext:
    {{- mergeOverwrite (include "limpet.podSecurityContext" . | fromYaml) .Values.podSecurityContext | toYaml | nindent 4 }}
  containers:
    - name: limpet
      image: {{ include "limpet.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- include "limpet.args" . | nindent 8 }}
      env:
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: POD_NAMESPACE
          valueFrom:
            fieldRef:
              fieldPath: metadata.namespace
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        {{- range $name, $port := .Values.ports }}
        {{- if $port }}
        - name: {{ $name }}
          containerPort: {{ $port }}
        {{- end }}
        {{- end }}
        {{- if .Values.admissionWebhooks.enabled }}
        - name: webhook
          containerPort: {{ .Values.admissionWebhooks.port }}
        {{- end }}
      # Alive once NGINX runs, whether or not the API server answers.
      startupProbe:
        httpGet:
          path: /healthz
          port: admin
        periodSeconds: 1
        failureThreshold: 60
      livenessProbe:
        httpGet:
          path: /healthz
          port: admin
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 5
      readinessProbe:
        httpGet:
          path: /readyz
          port: admin
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 2
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- mergeOverwrite (include "limpet.containerSecurityContext" . | fromYaml) .Values.containerSecurityContext | toYaml | nindent 8 }}
      volumeMounts:
        - name: state
          mountPath: /var/lib/limpet
        {{- if and .Values.admissionWebhooks.enabled .Values.admissionWebhooks.certificateSecret }}
        - name: webhook-certificate
          mountPath: /etc/limpet/webhook
          readOnly: true
        {{- end }}
  volumes:
    - name: state
      {{- toYaml .Values.stateVolume | nindent 6 }}
    {{- if .Values.admissionWebhooks.enabled }}
    {{- with .Values.admissionWebhooks.certificateSecret }}
    - name: webhook-certificate
      secret:
        secretName: {{ . }}
    {{- end }}
    {{- end }}
  {{- if kindIs "invalid" .Values.topologySpreadConstraints }}
  {{- if eq .Values.kind "Deployment" }}
  topologySpreadConstraints:
    {{- include "limpet.topologySpread" . | trim | nindent 4 }}
  {{- end }}
  {{- else }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
