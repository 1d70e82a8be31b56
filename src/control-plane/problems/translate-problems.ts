import { type AnnotationProblem, makeProblem, type Subject, shorten } from "./make-problem.ts";
import type { Problem, Severity } from "./problem.ts";

interface Entry {
  readonly severity: Severity;
  /** One line for the reference: when it is raised. */
  readonly meaning: string;
}

/** Every code that annotations and translation raise. `docs/reference/problems.md` is made from it. */
export const TRANSLATE_PROBLEMS = {
  "affinity/type-unknown": {
    severity: "warning",
    meaning: "`affinity` is not `cookie`; the Ingress is served without affinity.",
  },
  "affinity/mode-unknown": {
    severity: "warning",
    meaning: "`affinity-mode` is neither `balanced` nor `persistent`; the mode is `balanced`.",
  },
  "affinity/canary-behavior-unknown": {
    severity: "warning",
    meaning: "`affinity-canary-behavior` is neither `sticky` nor `legacy`; the behaviour is `sticky`.",
  },
  "affinity/cookie-name-not-usable": {
    severity: "warning",
    meaning: "`session-cookie-name` is no cookie name; the cookie is called `INGRESSCOOKIE`.",
  },
  "affinity/cookie-domain-not-usable": {
    severity: "warning",
    meaning: "`session-cookie-domain` holds characters that no domain has; the cookie gets no Domain.",
  },
  "affinity/cookie-path-not-usable": {
    severity: "warning",
    meaning: "`session-cookie-path` holds characters that a cookie's Path cannot; the Path is the Ingress path.",
  },
  "affinity/cookie-path-not-absolute": {
    severity: "warning",
    meaning: "`session-cookie-path` does not begin with `/`, and browsers ignore such a Path.",
  },
  "affinity/route-path-not-a-cookie-path": {
    severity: "warning",
    meaning: "The Ingress path holds characters that a cookie's Path cannot; the Path is `/`.",
  },
  "affinity/regex-path-not-a-cookie-path": {
    severity: "warning",
    meaning:
      "The Ingress path is a regular expression, and no `session-cookie-path` is set; the Path is what all its matches begin with, by whole segments.",
  },
  "affinity/max-age-not-seconds": {
    severity: "warning",
    meaning: "`session-cookie-max-age` is not a whole number of seconds; the cookie gets no Max-Age.",
  },
  "affinity/expires-not-seconds": {
    severity: "warning",
    meaning: "`session-cookie-expires` is not a whole number of seconds; the cookie gets no Expires.",
  },
  "affinity/same-site-unknown": {
    severity: "warning",
    meaning: "`session-cookie-samesite` is none of `Strict`, `Lax` and `None`; the cookie gets no SameSite.",
  },
  "affinity/same-site-none-needs-secure": {
    severity: "warning",
    meaning: '`SameSite=None` without `session-cookie-secure: "true"`; browsers refuse such a cookie over plain HTTP.',
  },
  "affinity/not-a-boolean": {
    severity: "warning",
    meaning: "An affinity annotation that is `true` or `false` says something else; its default holds.",
  },
  "affinity/no-effect": {
    severity: "warning",
    meaning: "A setting of the affinity cookie stands on an Ingress without `affinity: cookie`.",
  },
  "annotation/unknown": {
    severity: "warning",
    meaning: "No annotation has this name; it has no effect.",
  },
  "annotation/both-prefixes": {
    severity: "warning",
    meaning: "Both prefixes say something, and not the same; the first prefix wins.",
  },
  "annotation/refused": {
    severity: "error",
    meaning:
      "An annotation that Limpet does not serve by design, such as raw configuration. Where it may have protected the Routes, they are closed and answer 503.",
  },
  "annotation/obsolete": {
    severity: "warning",
    meaning: "The annotation has had no effect for years; it is ignored.",
  },
  "route/host-not-valid": {
    severity: "error",
    meaning: "A rule's host is no DNS name; the rule is passed over.",
  },
  "route/path-not-absolute": {
    severity: "error",
    meaning: "A path does not begin with `/`, so no request can match it; it is passed over.",
  },
  "route/path-not-a-regex": {
    severity: "error",
    meaning:
      "The paths of the host are regular expressions, as one Ingress asks for it, and this path is none that is served; it is passed over, or stands for itself where another Ingress asked.",
  },
  "route/duplicate-path": {
    severity: "error",
    meaning: "An older Ingress, or an earlier line of the same one, owns this host and path; this one gets no request.",
  },
  "route/resource-backend": {
    severity: "error",
    meaning: "A backend is a resource and not a Service; the path is passed over.",
  },
  "route/default-backend-unused": {
    severity: "warning",
    meaning:
      "`spec.defaultBackend` beside rules without a host: it serves the hosts that the rules name, and there are none.",
  },
  "service/missing": {
    severity: "error",
    meaning: "There is no Service of this name; the Route answers 503.",
  },
  "service/port-missing": {
    severity: "error",
    meaning: "The Service has no such port; the Route answers 503.",
  },
  "service/no-endpoints": {
    severity: "warning",
    meaning: "No endpoint of the Service is ready; its Routes answer 503.",
  },
  "service/external-name-missing": {
    severity: "error",
    meaning: "A Service of type ExternalName has no name, or none that can be used; its Routes answer 503.",
  },
  "service/external-name-is-address": {
    severity: "error",
    meaning: "The name of an ExternalName Service is an IP address, which no DNS server knows; its Routes answer 503.",
  },
  "service/external-name-is-loopback": {
    severity: "error",
    meaning:
      "The name of an ExternalName Service is `localhost` or another name of this machine; its Routes answer 503.",
  },
  "service/external-name-disabled": {
    severity: "error",
    meaning: "ExternalName Services are switched off with `--disable-svc-external-name`; the Routes answer 503.",
  },
  "service/external-name-unresolved": {
    severity: "error",
    meaning:
      "The name of an ExternalName Service does not resolve; its Routes answer 503. It is looked up again and again.",
  },
  "service/external-name-stale": {
    severity: "warning",
    meaning:
      "The name of an ExternalName Service does not resolve any more; the addresses that it had last are used, and it is looked up again and again.",
  },
  "service/external-name-special-address": {
    severity: "error",
    meaning:
      "In a cluster: the name of an ExternalName Service leads to an address of this machine or its link, which is not used.",
  },
  "service/address-not-ip": {
    severity: "warning",
    meaning: "An EndpointSlice names something that is no IP address and port; that endpoint is passed over.",
  },
  "service/too-many-endpoints": {
    severity: "error",
    meaning: "A Service has more endpoints than a hash ring can hold; the last ones get no requests.",
  },
  "service/default-backend-missing": {
    severity: "error",
    meaning: "The Service of the server-wide default backend, or its port, is missing; the built-in 404 answers.",
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type TranslateCode = keyof typeof TRANSLATE_PROBLEMS;

function make(
  code: TranslateCode,
  subject: Subject,
  field: string,
  value: string,
  message: string,
  hint: string,
): Problem {
  return makeProblem(code, TRANSLATE_PROBLEMS[code].severity, { subject, field, value, message, hint });
}

export const affinityTypeUnknown: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/type-unknown",
    subject,
    field,
    value,
    "cookie is the only kind of affinity: requests are spread in turn, without affinity.",
    'Write "cookie", in lower case, or remove the annotation.',
  );

export const affinityModeUnknown: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/mode-unknown",
    subject,
    field,
    value,
    "There is no such affinity mode: sessions are kept in mode balanced.",
    'Write "balanced" or "persistent", in lower case.',
  );

export const affinityCanaryBehaviorUnknown: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/canary-behavior-unknown",
    subject,
    field,
    value,
    "There is no such canary behavior: the canary is sticky.",
    'Write "sticky" or "legacy", in lower case.',
  );

export const cookieNameNotUsable: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/cookie-name-not-usable",
    subject,
    field,
    value,
    "This is no cookie name: the cookie is called INGRESSCOOKIE.",
    "Write a name of letters, digits and the characters - . _ ~ only.",
  );

export const cookieDomainNotUsable: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/cookie-domain-not-usable",
    subject,
    field,
    value,
    "This is no domain: the cookie gets no Domain and belongs to the host alone.",
    'Write a domain such as "example.com".',
  );

export const cookiePathNotUsable: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/cookie-path-not-usable",
    subject,
    field,
    value,
    "The Path of a cookie cannot hold these characters: the path of the Ingress is used instead.",
    'Write a path such as "/shop", of letters, digits and the characters - . _ ~ / : , ? & =.',
  );

export const cookiePathNotAbsolute: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/cookie-path-not-absolute",
    subject,
    field,
    value,
    "The Path is sent as written, but browsers ignore one that does not begin with a slash.",
    `Write "/${value}".`,
  );

/** @param field that of the path in the Ingress */
export const routePathNotACookiePath: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/route-path-not-a-cookie-path",
    subject,
    field,
    value,
    "The Path of a cookie cannot hold the characters of this path: the affinity cookie gets Path=/.",
    "Name the Path with the annotation session-cookie-path.",
  );

/** @param field that of the path in the Ingress @param cookiePath what the cookie gets */
export function regexPathNotACookiePath(subject: Subject, field: string, path: string, cookiePath: string): Problem {
  return make(
    "affinity/regex-path-not-a-cookie-path",
    subject,
    field,
    path,
    `session-cookie-path should be set when use-regex is true: this path is a regular expression, and the affinity cookie gets Path=${cookiePath}.`,
    "Name the Path with the annotation session-cookie-path.",
  );
}

export const maxAgeNotSeconds: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/max-age-not-seconds",
    subject,
    field,
    value,
    "This is not a whole number of seconds: the cookie gets no Max-Age.",
    'Write seconds in digits, such as "3600" for an hour.',
  );

export const expiresNotSeconds: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/expires-not-seconds",
    subject,
    field,
    value,
    "This is not a whole number of seconds: the cookie gets no Expires.",
    'Write seconds in digits, such as "172800" for two days.',
  );

export const sameSiteUnknown: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/same-site-unknown",
    subject,
    field,
    value,
    "There is no such SameSite value: the cookie gets no SameSite.",
    'Write "Strict", "Lax" or "None".',
  );

export const sameSiteNoneNeedsSecure: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/same-site-none-needs-secure",
    subject,
    field,
    value,
    "Browsers refuse a cookie with SameSite=None that is not Secure, and this one is not Secure on every connection.",
    'Set session-cookie-secure to "true".',
  );

/** @param default_ what holds instead, for people */
export function notABoolean(default_: string): AnnotationProblem {
  return (subject, field, value) =>
    make(
      "affinity/not-a-boolean",
      subject,
      field,
      value,
      `This is neither true nor false: ${default_}.`,
      'Write "true" or "false", in quotes and without blanks.',
    );
}

export const affinitySettingNoEffect: AnnotationProblem = (subject, field, value) =>
  make(
    "affinity/no-effect",
    subject,
    field,
    value,
    "The Ingress does not ask for affinity, so this setting has no effect.",
    'Set the annotation affinity to "cookie", or remove this one.',
  );

/** @param nearest the known name that looks most like it; undefined when none does */
export function annotationUnknown(
  subject: Subject,
  field: string,
  value: string,
  nearest: string | undefined,
): Problem {
  const hint = nearest === undefined ? "Remove it." : `Did you mean ${nearest}?`;
  return make("annotation/unknown", subject, field, value, "No annotation has this name: it has no effect.", hint);
}

/** @param winner the full key that is honoured, and what it says */
export function annotationBothPrefixes(
  subject: Subject,
  field: string,
  value: string,
  winner: { readonly key: string; readonly value: string },
): Problem {
  return make(
    "annotation/both-prefixes",
    subject,
    field,
    value,
    `${winner.key} says "${shorten(winner.value)}", which holds; this one is ignored.`,
    "Let both say the same, or remove one of them.",
  );
}

/** @param closes whether the Routes are closed for it */
export function annotationRefused(
  subject: Subject,
  field: string,
  value: string,
  closes: boolean,
  instead: string,
): Problem {
  const what = closes
    ? "This is never served, and it may have protected the Routes: these are closed and answer 503."
    : "This is never served: the annotation has no effect.";
  return make("annotation/refused", subject, field, value, what, instead);
}

export const annotationObsolete: AnnotationProblem = (subject, field, value) =>
  make(
    "annotation/obsolete",
    subject,
    field,
    value,
    "This annotation is a left-over without meaning: it is ignored.",
    "Remove it.",
  );

export function hostNotValid(subject: Subject, field: string, host: string): Problem {
  return make(
    "route/host-not-valid",
    subject,
    field,
    host,
    "This is no DNS name: the rule is passed over.",
    'Write a name such as "www.example.com" or "*.example.com", in ASCII.',
  );
}

export function pathNotAbsolute(subject: Subject, field: string, path: string): Problem {
  return make(
    "route/path-not-absolute",
    subject,
    field,
    path,
    "No request can match a path that does not begin with a slash: it is passed over.",
    `Write "/${shorten(path)}".`,
  );
}

/** @param why what is wrong with it as a regular expression @param own whether its own Ingress asks for regular expressions */
export function pathNotARegex(subject: Subject, field: string, path: string, why: string, own: boolean): Problem {
  const now = own ? "It is passed over." : "It stands for itself.";
  return make(
    "route/path-not-a-regex",
    subject,
    field,
    path,
    `The paths of this host are regular expressions, and this is none that is served: ${why}. ${now}`,
    "Write a regular expression that PCRE and JavaScript both know, with a backslash in front of characters that stand for themselves.",
  );
}

/** @param winner the object that owns the path */
export function duplicatePath(subject: Subject, field: string, path: string, host: string, winner: string): Problem {
  const owner = winner === subject.object ? "an earlier line of this Ingress" : winner;
  return make(
    "route/duplicate-path",
    subject,
    field,
    path,
    `Path ${shorten(path)} of host ${host === "_" ? "*" : host} already belongs to ${owner}: this one gets no request.`,
    "Choose another path, or remove one of the two.",
  );
}

export function resourceBackend(subject: Subject, field: string): Problem {
  return make(
    "route/resource-backend",
    subject,
    field,
    "",
    "Only a Service can be a backend: this path is passed over.",
    "Name a Service and its port.",
  );
}

export function defaultBackendUnused(subject: Subject): Problem {
  return make(
    "route/default-backend-unused",
    subject,
    "spec.defaultBackend",
    "",
    "A default backend beside rules serves the hosts that they name, and no rule names one: it gets no request.",
    'Add a rule for path "/" without a host, or put the default backend into an Ingress of its own.',
  );
}

/** @param service `namespace/name` */
export function serviceMissing(subject: Subject, field: string, service: string): Problem {
  return make(
    "service/missing",
    subject,
    field,
    service,
    `There is no Service ${service}: the Route answers 503.`,
    "Create the Service in the namespace of the Ingress, or correct the name.",
  );
}

/** @param ports what the Service has, for people */
export function servicePortMissing(
  subject: Subject,
  field: string,
  port: string,
  service: string,
  ports: string,
): Problem {
  const what = port === "" ? "names no port" : `asks for port ${shorten(port)}, which Service ${service} does not have`;
  return make(
    "service/port-missing",
    subject,
    field,
    port,
    `The backend ${what}: the Route answers 503.`,
    ports === "" ? "Add the port to the Service." : `Write one of the ports that it has: ${ports}.`,
  );
}

/** @param subject the Service */
export function serviceNoEndpoints(subject: Subject, port: string): Problem {
  return make(
    "service/no-endpoints",
    subject,
    "spec.selector",
    "",
    `No endpoint is ready behind port ${port}: its Routes answer 503.`,
    "Check that pods run, are ready and are selected by the Service, and that its targetPort is theirs; without a selector, that its EndpointSlices bear its name in the label kubernetes.io/service-name.",
  );
}

const EXTERNAL_NAME = "spec.externalName";

/** @param subject the Service */
export function externalNameMissing(subject: Subject): Problem {
  return make(
    "service/external-name-missing",
    subject,
    EXTERNAL_NAME,
    "",
    "The Service is of type ExternalName and has no name that can be used: its Routes answer 503.",
    "Write the DNS name of the service outside, such as api.example.com.",
  );
}

/** @param subject the Service */
export function externalNameIsAddress(subject: Subject, name: string): Problem {
  return make(
    "service/external-name-is-address",
    subject,
    EXTERNAL_NAME,
    name,
    "An external name must be a DNS name and not an IP address: the Routes answer 503.",
    "Use a Service without a selector and an EndpointSlice with the address.",
  );
}

/** @param subject the Service */
export function externalNameIsLoopback(subject: Subject, name: string): Problem {
  return make(
    "service/external-name-is-loopback",
    subject,
    EXTERNAL_NAME,
    name,
    "This name means the machine that Limpet itself runs on, and is refused: the Routes answer 503.",
    "Write the name by which others know the service.",
  );
}

/** @param subject the Service */
export function externalNameDisabled(subject: Subject, name: string): Problem {
  return make(
    "service/external-name-disabled",
    subject,
    EXTERNAL_NAME,
    name,
    "Services of type ExternalName are switched off: the Routes answer 503.",
    "Use a Service without a selector and an EndpointSlice, or run without --disable-svc-external-name.",
  );
}

/** @param subject the Service; @param failure why, as half a sentence */
export function externalNameUnresolved(subject: Subject, name: string, failure: string): Problem {
  return make(
    "service/external-name-unresolved",
    subject,
    EXTERNAL_NAME,
    name,
    `The name does not resolve (${failure}): the Routes answer 503 until it does.`,
    "Correct the name, or create it in DNS; a dot at its end keeps search domains away.",
  );
}

/** @param subject the Service; @param failure why, as half a sentence */
export function externalNameStale(subject: Subject, name: string, failure: string): Problem {
  return make(
    "service/external-name-stale",
    subject,
    EXTERNAL_NAME,
    name,
    `The name does not resolve any more (${failure}): the addresses that it had last are used.`,
    "Bring DNS back; if the service outside is gone for good, delete this Service.",
  );
}

/** @param subject the Service; @param addresses those that are refused */
export function externalNameSpecialAddress(subject: Subject, name: string, addresses: readonly string[]): Problem {
  return make(
    "service/external-name-special-address",
    subject,
    EXTERNAL_NAME,
    name,
    `The name leads to ${shorten(addresses.join(", "))}, which means this machine or its own link: no request is sent there.`,
    "Let the name lead to an address that others can reach.",
  );
}

/** @param subject the Service; @param address what the slice names */
export function addressNotIp(subject: Subject, slice: string, address: string): Problem {
  return make(
    "service/address-not-ip",
    subject,
    "spec.selector",
    address,
    `EndpointSlice ${slice} names an endpoint that is no IP address with a port from 1 to 65535: it is passed over.`,
    "Correct the EndpointSlice; what has a name and no address is a Service of type ExternalName.",
  );
}

/** @param subject the Service */
export function tooManyEndpoints(subject: Subject, count: number, limit: number): Problem {
  return make(
    "service/too-many-endpoints",
    subject,
    "spec.selector",
    `${count}`,
    `The Service has more than ${limit} endpoints: the others get no requests.`,
    "Split the Service.",
  );
}

/** @param service as the option names it */
export function defaultBackendMissing(service: string): Problem {
  return make(
    "service/default-backend-missing",
    { object: `Service ${service}` },
    "spec.ports",
    service,
    "The server-wide default backend has no Service of this name with a port: the built-in 404 answers.",
    "Create the Service, or correct --default-backend-service.",
  );
}
