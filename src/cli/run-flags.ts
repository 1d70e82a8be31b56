import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../control-plane/logging/make-logger.ts";
import type { StaticSettings } from "../control-plane/nginx/static-settings.ts";
import { TRANSLATE_DEFAULTS } from "../control-plane/translate/translate-options.ts";
import type { ClassicCookies } from "../snapshot/model.ts";
import type { FlagTable } from "./flag.ts";
import {
  accessLogTarget,
  addressesOrHosts,
  bindAddresses,
  choice,
  dnsServers,
  ipAddress,
  type ListenAddress,
  list,
  listenAddress,
  objectReference,
  text,
  wholeNumber,
  yesOrNo,
} from "./parse-value.ts";
import { STATIC_FLAGS } from "./static-flags.ts";

/** Where things come from and go to. */
export interface PlaceFlags {
  readonly manifests?: string;
  readonly stateDir: string;
}

/** Which cluster is served. */
export interface KubeconfigFlags {
  readonly kubeconfig?: string;
}

/** What is written back to the cluster, and by whom. */
export interface WriteBackFlags {
  readonly publishService?: string;
  readonly publishStatusAddress?: readonly string[];
  readonly electionId: string;
  readonly leaderElection: boolean;
}

/** What is asked before an Ingress is written, and what it refuses. */
export interface WebhookFlags {
  readonly validatingWebhook?: ListenAddress;
  readonly validatingWebhookCertificate?: string;
  readonly validatingWebhookKey?: string;
  readonly validatingWebhookName: string;
  readonly deepInspect: boolean;
}

/** What Limpet keeps in the cluster. */
export interface ClusterFlags extends KubeconfigFlags, WriteBackFlags, WebhookFlags {
  readonly keysSecret: string;
}

/** What NGINX is and does. */
export interface NginxFlags {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly bindAddress?: readonly string[];
  readonly workers?: number;
  readonly nginx?: string;
  readonly shutdownGracePeriod: number;
  readonly accessLog: string;
  readonly accessLogFormat: "json" | "text";
}

/** How a stop begins. */
export interface LeaveFlags {
  readonly shutdownDelay?: number;
}

export interface AdminFlags {
  readonly adminPort: number;
  readonly adminAddress?: string;
}

/** How objects are understood; `check` and `explain` have these too. */
export interface TranslateFlags {
  readonly ingressClass: readonly string[];
  readonly controllerClass: readonly string[];
  readonly watchIngressWithoutClass: boolean;
  readonly watchNamespace?: string;
  readonly defaultBackendService?: string;
  readonly configmap?: string;
  readonly defaultSslCertificate?: string;
  readonly classicCookies: ClassicCookies;
  readonly annotationPrefix: readonly string[];
  readonly disableSvcExternalName: boolean;
}

/** How names are looked up; `explain` has these too. */
export interface NameFlags {
  readonly dnsServers?: readonly string[];
}

export interface LogFlags {
  readonly logLevel: LogLevel;
  readonly logFormat?: LogFormat;
}

/** How Endpoints come. */
export interface JoinFlags {
  readonly joinDelay?: number;
}

/** What every source needs. */
export type ServeFlags = PlaceFlags &
  NginxFlags &
  StaticSettings &
  LeaveFlags &
  JoinFlags &
  AdminFlags &
  TranslateFlags &
  NameFlags &
  LogFlags;

export type RunFlags = ServeFlags & ClusterFlags;

export const PLACE_FLAGS: FlagTable<PlaceFlags> = {
  manifests: {
    name: "manifests",
    placeholder: "DIR",
    parse: text,
    doc: "source: a folder of YAML and JSON manifests, watched",
  },
  stateDir: {
    name: "state-dir",
    placeholder: "DIR",
    parse: text,
    fallback: "/var/lib/limpet",
    doc: "last good snapshot, keys, sockets, the rendered nginx.conf",
  },
};

export const KUBECONFIG_FLAGS: FlagTable<KubeconfigFlags> = {
  kubeconfig: {
    name: "kubeconfig",
    placeholder: "FILE",
    parse: text,
    shownDefault: "$KUBECONFIG, else the pod's service account",
    doc: "source: the cluster that this file names",
  },
};

export const WRITE_BACK_FLAGS: FlagTable<WriteBackFlags> = {
  publishService: {
    name: "publish-service",
    placeholder: "NAMESPACE/NAME",
    parse: objectReference,
    shownDefault: "the addresses of the nodes that ready replicas run on",
    doc: "the Service whose addresses go into the status of Ingresses",
  },
  publishStatusAddress: {
    name: "publish-status-address",
    placeholder: "ADDRESS[,…]",
    parse: addressesOrHosts,
    doc: "IP addresses and host names that go into the status of Ingresses instead",
  },
  electionId: {
    name: "election-id",
    placeholder: "NAME",
    parse: text,
    fallback: "limpet-leader",
    doc: "the Lease, in Limpet's own namespace, that says which replica writes status and events",
  },
  // The command line knows what begins with no- by what it takes away.
  leaderElection: {
    name: "no-leader-election",
    placeholder: "",
    parse: (given) => !yesOrNo(given),
    fallback: true,
    shownDefault: "false",
    doc: "this is the only replica: write without asking for the Lease",
  },
};

export const WEBHOOK_FLAGS: FlagTable<WebhookFlags> = {
  validatingWebhook: {
    name: "validating-webhook",
    placeholder: "[ADDRESS]:PORT",
    parse: listenAddress,
    shownDefault: "off",
    doc: "the validating admission webhook: where the API server asks before an Ingress is written, over HTTPS",
  },
  validatingWebhookCertificate: {
    name: "validating-webhook-certificate",
    placeholder: "FILE",
    parse: text,
    shownDefault: "one of Limpet's own, in the Secret of --validating-webhook-name",
    doc: "the webhook's certificate, PEM; read again when it changes",
  },
  validatingWebhookKey: {
    name: "validating-webhook-key",
    placeholder: "FILE",
    parse: text,
    doc: "the key of that certificate, PEM",
  },
  validatingWebhookName: {
    name: "validating-webhook-name",
    placeholder: "NAME",
    parse: text,
    fallback: "limpet-admission",
    doc: "the webhook's Service and the Secret with its own certificate, both in Limpet's namespace, and the ValidatingWebhookConfiguration that is told its caBundle",
  },
  deepInspect: {
    name: "deep-inspect",
    placeholder: "",
    parse: yesOrNo,
    fallback: true,
    doc: "the webhook refuses hosts, paths and Secret names that look like NGINX configuration or files of the controller",
  },
};

export const CLUSTER_FLAGS: FlagTable<ClusterFlags> = {
  ...KUBECONFIG_FLAGS,
  ...WRITE_BACK_FLAGS,
  ...WEBHOOK_FLAGS,
  keysSecret: {
    name: "keys-secret",
    placeholder: "NAME",
    parse: text,
    fallback: "limpet-keys",
    doc: "the Secret with the keys of cookies, in Limpet's own namespace; made when it is not there",
  },
};

export const NGINX_FLAGS: FlagTable<NginxFlags> = {
  httpPort: {
    name: "http-port",
    placeholder: "PORT",
    parse: wholeNumber(1, 65535),
    fallback: 80,
    doc: "NGINX's HTTP port",
  },
  httpsPort: {
    name: "https-port",
    placeholder: "PORT",
    parse: wholeNumber(0, 65535),
    fallback: 443,
    doc: "NGINX's HTTPS port; 0 switches HTTPS off",
  },
  bindAddress: {
    name: "bind-address",
    placeholder: "ADDRESS[,…]",
    parse: bindAddresses,
    shownDefault: "all, IPv4 and IPv6",
    doc: "where NGINX listens",
  },
  workers: {
    name: "workers",
    placeholder: "N",
    parse: wholeNumber(1, 1024),
    shownDefault: "one per core",
    doc: "NGINX workers",
  },
  nginx: { name: "nginx", placeholder: "PATH", parse: text, shownDefault: "found on PATH", doc: "the NGINX binary" },
  shutdownGracePeriod: {
    name: "shutdown-grace-period",
    placeholder: "SECONDS",
    parse: wholeNumber(0, 86400),
    fallback: 30,
    doc: "seconds that NGINX may take to finish requests after SIGTERM",
  },
  accessLog: {
    name: "access-log",
    placeholder: "FILE|stdout|off",
    parse: accessLogTarget,
    fallback: "stdout",
    doc: "where the access log goes",
  },
  accessLogFormat: {
    name: "access-log-format",
    placeholder: "json|text",
    parse: choice(["json", "text"]),
    fallback: "json",
    doc: "one JSON object a request, or a line for people",
  },
};

export const LEAVE_FLAGS: FlagTable<LeaveFlags> = {
  shutdownDelay: {
    name: "shutdown-delay",
    placeholder: "SECONDS",
    parse: wholeNumber(0, 3600),
    shownDefault: "5; on manifests 0",
    doc: "seconds after SIGTERM that new connections are served, not ready already, until nobody sends any",
  },
};

export const JOIN_FLAGS: FlagTable<JoinFlags> = {
  joinDelay: {
    name: "join-delay",
    placeholder: "MILLISECONDS",
    parse: wholeNumber(0, 60_000),
    shownDefault: "1000; on manifests 0",
    doc: "milliseconds until a new endpoint beside others gets new sessions, so that every replica has heard of it",
  },
};

export const ADMIN_FLAGS: FlagTable<AdminFlags> = {
  adminPort: {
    name: "admin-port",
    placeholder: "PORT",
    parse: wholeNumber(1, 65535),
    fallback: 10254,
    doc: "port of health, readiness and the API",
  },
  adminAddress: {
    name: "admin-address",
    placeholder: "ADDRESS",
    parse: ipAddress,
    shownDefault: "0.0.0.0; with --manifests 127.0.0.1",
    doc: "where the admin port listens",
  },
};

export const TRANSLATE_FLAGS: FlagTable<TranslateFlags> = {
  ingressClass: {
    name: "ingress-class",
    placeholder: "NAME[,…]",
    parse: list,
    fallback: TRANSLATE_DEFAULTS.ingressClasses,
    shownDefault: TRANSLATE_DEFAULTS.ingressClasses.join(","),
    doc: "names honoured in spec.ingressClassName and in the old annotation",
  },
  controllerClass: {
    name: "controller-class",
    placeholder: "NAME[,…]",
    parse: list,
    fallback: TRANSLATE_DEFAULTS.controllerClasses,
    shownDefault: TRANSLATE_DEFAULTS.controllerClasses.join(","),
    doc: "spec.controller of the IngressClasses that are ours",
  },
  watchIngressWithoutClass: {
    name: "watch-ingress-without-class",
    placeholder: "",
    parse: yesOrNo,
    fallback: TRANSLATE_DEFAULTS.watchIngressWithoutClass,
    doc: "serve Ingresses that name no class, too",
  },
  watchNamespace: {
    name: "watch-namespace",
    placeholder: "NAMESPACE",
    parse: text,
    shownDefault: "all",
    doc: "look at one namespace only",
  },
  defaultBackendService: {
    name: "default-backend-service",
    placeholder: "NAMESPACE/NAME",
    parse: objectReference,
    doc: "the Service that answers where no Route does; a 404 of our own without it",
  },
  configmap: {
    name: "configmap",
    placeholder: "NAMESPACE/NAME",
    parse: objectReference,
    doc: "the ConfigMap of global settings, as ingress-nginx has it",
  },
  defaultSslCertificate: {
    name: "default-ssl-certificate",
    placeholder: "NAMESPACE/NAME",
    parse: objectReference,
    shownDefault: "one of Limpet's own, which no client trusts",
    doc: "the Secret with the certificate for hosts that have none",
  },
  classicCookies: {
    name: "classic-cookies",
    placeholder: "accept|write|off",
    parse: choice(["accept", "write", "off"]),
    fallback: TRANSLATE_DEFAULTS.classicCookies,
    doc: "whether cookies of ingress-nginx are honoured, and issued",
  },
  annotationPrefix: {
    name: "annotation-prefix",
    placeholder: "PREFIX[,…]",
    parse: list,
    fallback: TRANSLATE_DEFAULTS.annotationPrefixes,
    shownDefault: TRANSLATE_DEFAULTS.annotationPrefixes.join(","),
    doc: "prefixes of annotations that are read, the strongest first",
  },
  disableSvcExternalName: {
    name: "disable-svc-external-name",
    placeholder: "",
    parse: yesOrNo,
    fallback: !TRANSLATE_DEFAULTS.externalNames,
    doc: "do not serve Services of type ExternalName",
  },
};

export const NAME_FLAGS: FlagTable<NameFlags> = {
  dnsServers: {
    name: "dns-servers",
    placeholder: "ADDRESS[:PORT][,…]",
    parse: dnsServers,
    shownDefault: "those of /etc/resolv.conf",
    doc: "who is asked for the addresses of ExternalName Services",
  },
};

export const LOG_FLAGS: FlagTable<LogFlags> = {
  logLevel: {
    name: "log-level",
    placeholder: "LEVEL",
    parse: choice(LOG_LEVELS),
    fallback: "info",
    doc: `the controller's own log: ${LOG_LEVELS.join(", ")}`,
  },
  logFormat: {
    name: "log-format",
    placeholder: "json|text",
    parse: choice(LOG_FORMATS),
    shownDefault: "json; text in a terminal",
    doc: "how the log is written",
  },
};

/** Every flag of `limpet run`. */
export const RUN_FLAGS: FlagTable<RunFlags> = {
  ...PLACE_FLAGS,
  ...CLUSTER_FLAGS,
  ...NGINX_FLAGS,
  ...STATIC_FLAGS,
  ...LEAVE_FLAGS,
  ...JOIN_FLAGS,
  ...ADMIN_FLAGS,
  ...TRANSLATE_FLAGS,
  ...NAME_FLAGS,
  ...LOG_FLAGS,
};
