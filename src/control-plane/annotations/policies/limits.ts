import type { LimitPolicy, RateLimit, RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue, guardBadValue, noEffect } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseWholeNumber } from "../value-parsers.ts";
import { ADDRESS_LIST_HINT, parseAddressList } from "./address-list.ts";
import { readEither } from "./former-name.ts";

const limit = served("Limits", "location");

const MOST = 1_000_000_000;
const KILOBYTE = 1024;

/** A number that access depends on; 0 and less is no limit (ingress-nginx 1.15.1). */
const COUNT = {
  parser: parseWholeNumber(-MOST, MOST),
  default: "none",
  onBadValue: "the Routes answer 503",
  badValue: guardBadValue("This is no whole number", 'Write a number such as "10".'),
  guards: true,
} as const;

export const LIMIT_RPS = limit("medium", {
  ...COUNT,
  name: "limit-rps",
  doc: "Requests a second of one client (an IPv4 address, or a /64 network of IPv6), for all paths of the Ingress together; more get 503.",
});

export const LIMIT_RPM = limit("medium", {
  ...COUNT,
  name: "limit-rpm",
  doc: "Requests a minute of one client, in the same way.",
});

export const LIMIT_CONNECTIONS = limit("medium", {
  ...COUNT,
  name: "limit-connections",
  doc: "Requests of one client that are served at the same time; more get 503.",
});

export const LIMIT_BURST_MULTIPLIER = limit("low", {
  name: "limit-burst-multiplier",
  parser: parseWholeNumber(1, 1_000_000),
  default: "`5`",
  doc: "How many times the rate may come at once on top of it.",
  onBadValue: "`5`",
  badValue: badValue("This is no multiplier: it is 5.", 'Write a number from "1".'),
});

const KILOBYTES = {
  parser: parseWholeNumber(0, MOST),
  default: "none",
  onBadValue: "none",
  badValue: badValue("This is no number of kilobytes: the annotation is left out.", 'Write a number such as "100".'),
} as const;

export const LIMIT_RATE = limit("low", {
  ...KILOBYTES,
  name: "limit-rate",
  doc: "Kilobytes a second of one response.",
});

export const LIMIT_RATE_AFTER = limit("low", {
  ...KILOBYTES,
  name: "limit-rate-after",
  doc: "Kilobytes of a response before `limit-rate` begins.",
});

const EXEMPT = {
  parser: parseAddressList,
  default: "nobody",
  onBadValue: "nobody is exempt",
  badValue: badValue("An entry of this list is no address and no network: nobody is exempt.", ADDRESS_LIST_HINT),
} as const;

export const LIMIT_ALLOWLIST = limit("medium", {
  ...EXEMPT,
  name: "limit-allowlist",
  doc: "Addresses and networks whose requests are not counted.",
});

export const LIMIT_WHITELIST = limit("medium", {
  ...EXEMPT,
  name: "limit-whitelist",
  doc: "The former name of `limit-allowlist`.",
});

export const LIMIT_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  LIMIT_RPS,
  LIMIT_RPM,
  LIMIT_CONNECTIONS,
  LIMIT_BURST_MULTIPLIER,
  LIMIT_RATE,
  LIMIT_RATE_AFTER,
  LIMIT_ALLOWLIST,
  LIMIT_WHITELIST,
];

function rateOf(count: number | undefined, unit: number, multiplier: number): RateLimit | undefined {
  return count === undefined || count <= 0 ? undefined : { interval: unit / count, burst: count * multiplier };
}

function readCounts(context: AnnotationContext): LimitPolicy | undefined {
  const multiplier = context.read(LIMIT_BURST_MULTIPLIER) ?? 5;
  const perSecond = rateOf(context.read(LIMIT_RPS), 1_000, multiplier);
  const perMinute = rateOf(context.read(LIMIT_RPM), 60_000, multiplier);
  const connections = context.read(LIMIT_CONNECTIONS) ?? 0;
  const exempt = readEither(context, LIMIT_ALLOWLIST, LIMIT_WHITELIST);
  if (perSecond === undefined && perMinute === undefined && connections <= 0) return undefined;
  return {
    ...(perSecond && { perSecond }),
    ...(perMinute && { perMinute }),
    ...(connections > 0 && { connections }),
    ...(exempt && { exempt }),
  };
}

function readBandwidth(context: AnnotationContext): Partial<RoutePolicies> {
  const rate = context.read(LIMIT_RATE) ?? 0;
  const after = context.read(LIMIT_RATE_AFTER) ?? 0;
  if (rate > 0) return { bandwidth: { rate: rate * KILOBYTE, after: after * KILOBYTE } };
  if (after > 0)
    context.report(LIMIT_RATE_AFTER, noEffect("There is no limit-rate that could begin.", "Add limit-rate."));
  return {};
}

/** How much one client may ask of the Routes of an Ingress, and how fast responses leave. */
export function readLimits(context: AnnotationContext): Partial<RoutePolicies> {
  const limits = readCounts(context);
  return { ...(limits && { limits }), ...readBandwidth(context) };
}
