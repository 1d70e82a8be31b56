import type { Ingress, IngressBackend, IngressRule, IngressTls, Metadata } from "../model.ts";
import { LOST, type Lost, type Part, WHOLE_OBJECT, withoutLost } from "../part.ts";
import { readBackend } from "./backend.ts";
import { readObserved } from "./ingress-observed.ts";
import { keepPlaces, readRule } from "./ingress-rule.ts";
import { ingressHost, subdomain } from "./names.ts";

const TLS_LOSS = "this entry of tls is left out";
const HOST_LOSS = "this host is left out of the entry";
const SECRET_LOSS = "the default certificate is served";

function readHosts(part: Part): readonly string[] {
  const items = part.items("the entry counts as one without hosts");
  if (items === LOST) return [];
  return withoutLost(items.map((item) => item.read(ingressHost, HOST_LOSS)));
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
  return items === LOST ? [] : withoutLost(items.map(read));
}

function readRules(part: Part): readonly IngressRule[] {
  const items = part.items("none of the rules is served");
  return items === LOST ? [] : keepPlaces(items.map(readRule));
}

/**
 * The default backend. Without rules it serves every host that nobody declares: an Ingress whose rules are all lost
 * asked for no such thing.
 */
function readDefaultBackend(part: Part, asksForRules: boolean, rules: readonly IngressRule[]): IngressBackend | Lost {
  if (part.absent) return LOST;
  const backend = readBackend(part, "the Ingress has no default backend");
  if (backend === LOST || !asksForRules || rules.length > 0) return backend;
  const fault = { wrong: "Every rule beside this default backend is unusable", hint: "Correct the rules." };
  return part.lose(fault, "it is not served either, or it would answer for every host");
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
  const given = spec.at("rules");
  const rules = readRules(given);
  const asksForRules = !given.absent && !(Array.isArray(given.value) && given.value.length === 0);
  const defaultBackend = readDefaultBackend(spec.at("defaultBackend"), asksForRules, rules);
  const observed = readObserved(part);
  return {
    kind: "Ingress",
    metadata,
    ...(observed !== undefined && { observed }),
    ...(typeof className === "string" && { ingressClassName: className }),
    ...(defaultBackend !== LOST && { defaultBackend }),
    rules,
    tls: readList(spec.at("tls"), "the Ingress counts as one without tls", readTls),
  };
}
