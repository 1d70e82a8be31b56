import type { Backend, ClassicCookies } from "../../snapshot/model.ts";
import type { TrustPlaces } from "../trust/trust-places.ts";
import type { JoinOptions } from "./joining.ts";
import type { Keys } from "./seal.ts";

/** What the translation of objects depends on besides the objects. */
export interface TranslateOptions {
  readonly keys: Keys;
  readonly classicCookies: ClassicCookies;
  /** Without the slash, the strongest first. */
  readonly annotationPrefixes: readonly string[];
  /** Names honoured in the old class annotation, and in `spec.ingressClassName` where no such IngressClass exists. */
  readonly ingressClasses: readonly string[];
  /** `spec.controller` of the IngressClasses that are ours. */
  readonly controllerClasses: readonly string[];
  readonly watchIngressWithoutClass: boolean;
  /** `namespace/name` of the Service that answers where no Route does. */
  readonly defaultBackendService?: string;
  /** `namespace/name` of the ConfigMap of global settings. */
  readonly configMap?: string;
  /** What NGINX was started with, by the names of flags. */
  readonly startedWith: Readonly<Record<string, string>>;
  /** `namespace/name` of the Secret whose certificate is shown where no other is. */
  readonly defaultCertificate?: string;
  /** Where clients find HTTPS; 0: it is off, and nobody is sent there but where it is asked for. */
  readonly httpsPort: number;
  /** Whether Services of type ExternalName are served. */
  readonly externalNames: boolean;
  /**
   * Whether names may lead to loopback and link-local addresses. Manifests may say so, as they may in EndpointSlices; in a
   * cluster whoever creates a Service must not reach what the controller's pod keeps to itself.
   */
  readonly specialAddresses: boolean;
  /** Where authorities are put that verify Endpoints; absent: nowhere, as nothing is served. */
  readonly trust?: TrustPlaces;
  /** Absent: Endpoints take new sessions as soon as they are there. */
  readonly join?: JoinOptions;
  /** What an earlier run published for a Backend; asked when it is made for the first time. Absent: there was none. */
  readonly stored?: (id: string) => Backend | undefined;
}

/** Everything but the keys, as the flags of `limpet run` default it. */
export const TRANSLATE_DEFAULTS: Omit<
  TranslateOptions,
  "keys" | "defaultBackendService" | "defaultCertificate" | "configMap" | "join" | "stored" | "trust"
> = {
  classicCookies: "accept",
  annotationPrefixes: ["limpet.dev", "nginx.ingress.kubernetes.io"],
  ingressClasses: ["nginx", "limpet"],
  controllerClasses: ["k8s.io/ingress-nginx", "limpet.dev/ingress-controller"],
  watchIngressWithoutClass: false,
  startedWith: {},
  httpsPort: 443,
  externalNames: true,
  specialAddresses: false,
};
