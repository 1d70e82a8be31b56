import { z } from "zod";

// RFC 1123 section 2.1 as Kubernetes reads it: lower case, labels of at most 63, names of at most 253 characters.
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
// RFC 6335 section 5.1: a letter somewhere, no hyphen at an end or beside another.
const IANA_SERVICE = /^(?=[-a-z0-9]{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DATA_KEY = /^[-._A-Za-z0-9]{1,253}$/;

export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

export function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

export function isIanaServiceName(text: string): boolean {
  return IANA_SERVICE.test(text);
}

/** The key of a label or annotation: a name, or a subdomain, `/` and a name. */
export function isMetadataKey(text: string): boolean {
  const slash = text.indexOf("/");
  return (slash < 0 || isSubdomain(text.slice(0, slash).toLowerCase())) && QUALIFIED_NAME.test(text.slice(slash + 1));
}

/** The key of an entry of a Secret or ConfigMap. */
export function isDataKey(text: string): boolean {
  return DATA_KEY.test(text) && text !== "." && !text.startsWith("..");
}

const LABEL_HINT = "Write at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.";
const SUBDOMAIN_HINT = "Write lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.";

/** A namespace, or the name of a Service. */
export const label = z.string().refine(isLabel, { error: "This is not a DNS label", params: { hint: LABEL_HINT } });

/** The name of any other object. */
export const subdomain = z
  .string()
  .refine(isSubdomain, { error: "This is not a DNS name", params: { hint: SUBDOMAIN_HINT } });

/** Names of hosts as people write them; given in lower case. */
export const hostName = z
  .string()
  .toLowerCase()
  .refine(isSubdomain, {
    error: "This is not a host name",
    params: { hint: "Write a host name such as www.example.com, without a scheme, a port or a path." },
  });

/** Empty for every host; `*.` and a name for the hosts one label below it. */
export const ingressHost = z
  .string()
  .toLowerCase()
  .refine((host) => host === "" || isSubdomain(host.startsWith("*.") ? host.slice(2) : host), {
    error: "This is neither a host name nor *. and a host name",
    params: { hint: "Write www.example.com or *.example.com, without a scheme, a port or a path." },
  });
