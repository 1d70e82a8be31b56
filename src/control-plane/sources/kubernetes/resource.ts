import { KINDS, type KindReader } from "../../objects/kinds.ts";
import type { Kind } from "../../objects/model.ts";

/** What the API calls the collection of a kind. */
const PLURALS: Readonly<Record<Kind, string>> = {
  Ingress: "ingresses",
  IngressClass: "ingressclasses",
  Service: "services",
  EndpointSlice: "endpointslices",
  Secret: "secrets",
  ConfigMap: "configmaps",
};

/** A collection of the API, or one object of it: what one list and one watch are about. */
export interface Resource {
  readonly kind: Kind;
  readonly apiVersion: string;
  /** `/apis/networking.k8s.io/v1/ingresses`. */
  readonly path: string;
  readonly fieldSelector?: string;
}

/** @param namespace empty: all of them */
function collection(kind: Kind, namespace: string): Resource {
  const { apiVersion, namespaced } = KINDS.get(kind) as KindReader;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return { kind, apiVersion, path: `${root}${place}/${PLURALS[kind]}` };
}

/** All objects of a kind. @param namespace those of one namespace only, where the kind has namespaces */
export function everyObject(kind: Kind, namespace = ""): Resource {
  return collection(kind, namespace);
}

/** One object by its name, whether it exists or not. */
export function oneObject(kind: Kind, namespace: string, name: string): Resource {
  return { ...collection(kind, namespace), fieldSelector: `metadata.name=${name}` };
}
