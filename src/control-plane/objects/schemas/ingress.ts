import type { Ingress, IngressTls, Metadata } from "../model.ts";
import { LOST, type Lost, type Part, WHOLE_OBJECT } from "../part.ts";
import { readBackend } from "./backend.ts";
import { readRule } from "./ingress-rule.ts";
import { ingressHost, subdomain } from "./names.ts";

const TLS_LOSS = "this entry of tls is left out";
const HOST_LOSS = "this host is left out of the entry";
const SECRET_LOSS = "the default certificate is served";

function readHosts(part: Part): readonly string[] {
  const items = part.items("the entry counts as one without hosts");
  if (items === LOST) return [];
  return items.map((item) => item.read(ingressHost, HOST_LOSS)).filter((host) => host !== LOST);
}

/** An entry whose Secret's name is wrong stays: its hosts asked for TLS and must not fall back to plain HTTP. */
function readTls(part: Part): IngressTls | Lost {
  if (part.absent) return part.lose({ wrong: "This entry is empty", hint: "Write hosts and secretName." }, TLS_LOSS);
  if (!part.mapping(TLS_LOSS)) return LOST;
  const secret = part.at("secretName");
  const secretName = secret.absent || secret.value === "" ? "" : secret.read(subdomain, SECRET_LOSS);
  return { hosts: readHosts(part.at("hosts")), secretName: secretName === LOST ? "" : secretName };
}

function readList<T extends object>(part: Part, loss: string, read: (item: Part) => T | Lost): readonly T[] {
  const items = part.items(loss);
  return items === LOST ? [] : items.map(read).filter((item): item is T => item !== LOST);
}

/**
 * An Ingress with the rules, paths and TLS hosts that can be used. A class that cannot be read loses the whole: it
 * is not known whose Ingress it is.
 */
export function readIngress(part: Part, metadata: Metadata): Ingress | Lost {
  const spec = part.at("spec");
  if (!spec.mapping(WHOLE_OBJECT)) return LOST;
  const className = spec.at("ingressClassName").read(subdomain.nullish(), WHOLE_OBJECT);
  if (className === LOST) return LOST;
  const fallback = spec.at("defaultBackend");
  const defaultBackend = fallback.absent ? LOST : readBackend(fallback, "the Ingress has no default backend");
  return {
    kind: "Ingress",
    metadata,
    ...(typeof className === "string" && { ingressClassName: className }),
    ...(defaultBackend !== LOST && { defaultBackend }),
    rules: readList(spec.at("rules"), "none of the rules is served", readRule),
    tls: readList(spec.at("tls"), "the Ingress counts as one without tls", readTls),
  };
}
