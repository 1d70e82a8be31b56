/**
 * Evaluates cases with the shared code: run by Node as it stands, and by LuaJIT once compiled. What is said of a case
 * must be the same in both.
 */
import {
  type BackendIndex,
  indexBackend,
  indexPolicy,
  indexSlots,
  type PolicyIndex,
  type SlotIndex,
  slotHash,
} from "../../src/affinity/backend-index.ts";
import { buildRing, POINTS, type RingMemory } from "../../src/affinity/build-ring.ts";
import { isClassicPin, isClassicRingKey, parseClassic } from "../../src/affinity/classic.ts";
import { cleanValue, findCookie, rawValue } from "../../src/affinity/cookie-header.ts";
import { cookieTime } from "../../src/affinity/cookie-time.ts";
import { crc32 } from "../../src/affinity/crc32.ts";
import { decide, decideAgain, decideThoroughly } from "../../src/affinity/decide.ts";
import { decideByRequest } from "../../src/affinity/decide-by-request.ts";
import type { Decision } from "../../src/affinity/decision.ts";
import { movingAverage } from "../../src/affinity/moving-average.ts";
import { locate } from "../../src/affinity/ring.ts";
import { parseSealed } from "../../src/affinity/sealed-value.ts";
import { bakeSetCookie } from "../../src/affinity/set-cookie.ts";
import { isFresh, stamp } from "../../src/affinity/stamp.ts";
import { refusesSameSiteNone } from "../../src/affinity/user-agent.ts";
import { indexValues, type ValueIndex } from "../../src/affinity/value-index.ts";
import type { World } from "../../src/affinity/world.ts";
import { parseAddress } from "../../src/policies/address.ts";
import { contains } from "../../src/policies/address-ranges.ts";
import { answerByAppRoot } from "../../src/policies/app-root.ts";
import { cookiesFor, judge, secondsToRemember } from "../../src/policies/authority.ts";
import { judgeBody } from "../../src/policies/body-size.ts";
import { chooseSide } from "../../src/policies/canary/choose-side.ts";
import { namedCookie } from "../../src/policies/canary/named-cookie.ts";
import { judgeTlsClient, type TlsClient } from "../../src/policies/client-certificate.ts";
import { commonNames } from "../../src/policies/common-names.ts";
import { corsHeaders } from "../../src/policies/cors.ts";
import { isAllowedOrigin } from "../../src/policies/origin.ts";
import type { PolicyRequest } from "../../src/policies/policy-request.ts";
import { questionLines, questionTarget } from "../../src/policies/question.ts";
import { mayRetry, mostAttempts } from "../../src/policies/retry.ts";
import { rewritePath } from "../../src/policies/rewrite-path.ts";
import { rewriteSetCookie } from "../../src/policies/rewrite-set-cookie.ts";
import { indexHost } from "../../src/routing/host-index.ts";
import { literalStart } from "../../src/routing/literal-start.ts";
import { matchHost, wildcardOf } from "../../src/routing/match-host.ts";
import { matchPath, needsSlash } from "../../src/routing/match-path.ts";
import type { Patterns } from "../../src/routing/patterns.ts";
import { matchRegex } from "../../src/routing/regex-routes.ts";
import { decode, encode, type Plain } from "../../src/snapshot/codec.ts";
import { emptyRecord } from "../../src/snapshot/empty-record.ts";
import { decodeBackend, decodeHost, decodeSettings, decodeSlots } from "../../src/snapshot/entries.ts";
import type { AffinityPolicy, Backend, ClassicCookies, Host } from "../../src/snapshot/model.ts";
import type { Ring } from "../../src/snapshot/ring.ts";
import type {
  AuthorityPolicy,
  BalancePolicy,
  CanaryPolicy,
  ClientCertificatePolicy,
  CorsPolicy,
  ResponsePolicy,
  RetryPolicy,
} from "../../src/snapshot/route-policies.ts";
import { requestBy } from "../support/policy-request.ts";

/**
 * What each runtime has of its own.
 *
 * @noSelf
 */
export interface Native {
  readonly castRing: (bytes: string) => Ring;
  readonly memory: RingMemory;
  /** The runtime's own idea of a cookie's time. */
  readonly cookieTime: (seconds: number) => string;
  readonly patterns: Patterns;
  /** A function of the data plane's; only LuaJIT has them. */
  readonly call: (name: string, args: readonly Plain[]) => Plain;
}

/** What cases refer to by position, and the cases: each an operation's name and its arguments. */
export interface Batch {
  /** Entries, encoded. */
  readonly backends: readonly string[];
  /** The bytes of rings; the first ones are the Backends'. */
  readonly rings: readonly string[];
  readonly hosts: readonly string[];
  readonly slots: string;
  readonly cases: readonly (readonly Plain[])[];
}

/** What the cases of one batch share. */
interface Setting {
  readonly native: Native;
  readonly backends: readonly Backend[];
  readonly rings: readonly Ring[];
  readonly hosts: readonly Host[];
  readonly slots: SlotIndex | undefined;
}

type Operation = (this: void, args: readonly Plain[], setting: Setting) => Plain;

function valuesOf(header: string, name: string): string[] {
  const needle = `${name}=`;
  const values: string[] = [];
  let at = findCookie(header, needle, 0);
  while (at >= 0) {
    values.push(cleanValue(rawValue(header, at)));
    at = findCookie(header, needle, at);
  }
  return values;
}

/** A decoded value as text, fields in order: a record's order is not the same in both, nor are empty lists and records. */
function render(value: Plain): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (Array.isArray(value)) return renderList(value as readonly Plain[]);
  const record = value as Record<string, Plain>;
  const names: string[] = [];
  for (const name in record) names.push(name);
  names.sort();
  if (names.length === 0) return "()";
  return `(${names.map((name) => `${name}:${render(record[name] as Plain)}`).join(",")})`;
}

function renderList(list: readonly Plain[]): string {
  return list.length === 0 ? "()" : `[${list.map((item) => render(item)).join(",")}]`;
}

/** Park and Miller's generator, in numbers that both runtimes multiply exactly. */
class Chance {
  state: number;

  constructor(seed: number) {
    this.state = seed + 1;
  }

  next(limit: number): number {
    this.state = (this.state * 16807) % 2147483647;
    return this.state % limit;
  }
}

function show(decision: Decision): Plain {
  if (decision.kind === "refuse") return [decision.kind, decision.reason];
  return [decision.kind, decision.reason, decision.position, decision.value];
}

/** The first attempt and so many further ones, each after the one before it failed. */
function attempt(
  header: string | undefined,
  policy: PolicyIndex | undefined,
  backend: BackendIndex,
  world: World,
  failures: number,
): Plain[] {
  let decision = decide(header, policy, backend, world);
  const shown: Plain[] = [show(decision)];
  const failed: number[] = [];
  for (let i = 0; i < failures && decision.kind !== "refuse"; i++) {
    const position = decision.position;
    if (!failed.includes(position)) failed.push(position);
    decision = decideAgain(decision, failed, policy, backend, world);
    shown.push(show(decision));
  }
  return shown;
}

/** @param now seconds since 1970 */
function worldOf(chance: Chance, setting: Setting, classicCookies: ClassicCookies, now: number): World {
  return {
    random: (limit) => chance.next(limit),
    now: () => now,
    processId: 38,
    classicCookies,
    slots: () => setting.slots,
    ring: (backend) => backend.ring,
    values: (backend) => backend.values as ValueIndex,
  };
}

/** A Backend with its ring and its values at hand. @param number of it, in the setting */
function indexOf(number: number, setting: Setting, classicCookies: ClassicCookies, start: number): BackendIndex {
  const stored = setting.backends[number] as Backend;
  const backend = indexBackend(stored, classicCookies === "write", start);
  backend.values = indexValues(stored);
  backend.ring = backend.size === 0 ? undefined : setting.rings[number];
  return backend;
}

function decideCase(args: readonly Plain[], setting: Setting): Plain {
  const [number, affinity, classicCookies, header, seed, now, failures] = args as unknown as [
    number,
    AffinityPolicy | false,
    ClassicCookies,
    string | false,
    number,
    number,
    number,
  ];
  const chance = new Chance(seed);
  const world = worldOf(chance, setting, classicCookies, now);
  const backend = indexOf(number, setting, classicCookies, seed % 7);
  const policy = affinity === false ? undefined : indexPolicy(affinity);
  const shown = attempt(header === false ? undefined : header, policy, backend, world, failures);
  // The same draws in the same order leave the same state behind.
  shown.push(chance.state);
  return shown;
}

/** The first attempt and so many further ones. Endpoints answer the quicker the further behind they stand, the first never did. */
function balanceCase(args: readonly Plain[], setting: Setting): Plain {
  const [number, balance, key, seed, failures] = args as unknown as [number, BalancePolicy, string, number, number];
  const chance = new Chance(seed);
  const world = worldOf(chance, setting, "accept", 0);
  const backend = indexOf(number, setting, "accept", 0);
  const failed: number[] = [];
  const shown: Plain[] = [];
  for (let i = 0; i <= failures; i++) {
    const times = (_: BackendIndex, position: number) => (position === 0 ? undefined : 1 / position);
    const decision = decideByRequest(balance, key, backend, failed, times, world);
    shown.push(show(decision));
    if (decision.kind !== "refuse" && !failed.includes(decision.position)) failed.push(decision.position);
  }
  shown.push(chance.state);
  return shown;
}

function canaryRequest(cookie: string, header: string): PolicyRequest {
  return requestBy((name) => {
    const text = name === "cookie" ? cookie : header;
    return text === "" ? undefined : text;
  });
}

/** The side of a request on a Route with a canary, and the decision there; twice, so that numbers go on. */
function canaryCase(args: readonly Plain[], setting: Setting): Plain {
  const [mainNumber, canaryNumber, affinity, policy, classicCookies, cookie, header, seed, now, next] =
    args as unknown as [
      number,
      number,
      AffinityPolicy | false,
      CanaryPolicy,
      ClassicCookies,
      string,
      string,
      number,
      number,
      number,
    ];
  const chance = new Chance(seed);
  const world = worldOf(chance, setting, classicCookies, now);
  const main = indexOf(mainNumber, setting, classicCookies, seed % 7);
  const canary = indexOf(canaryNumber, setting, classicCookies, seed % 7);
  const index = affinity === false ? undefined : indexPolicy(affinity);
  const numbers = { policy, next };
  const matches = (pattern: string, text: string) => (pattern === "(" ? undefined : text.includes(pattern));
  const shown: Plain[] = [];
  for (let i = 0; i < 2; i++) {
    const choice = chooseSide(numbers, index, { main, canary }, canaryRequest(cookie, header), { world, matches });
    const own = affinity === false ? undefined : indexPolicy(affinity, choice.second);
    const side = choice.side === "canary" ? canary : main;
    const decision = decideThoroughly(cookie === "" ? undefined : cookie, own, side, world);
    shown.push([choice.side, choice.grounds, choice.second, show(decision), Math.floor(numbers.next * 1e9)]);
  }
  shown.push(namedCookie(cookie, "C") ?? false, chance.state);
  return shown;
}

/** A ring built by the runtime itself: its points, as hash and owner. */
function ringCase(args: readonly Plain[], { native }: Setting): Plain {
  const ids = args[0] as readonly string[];
  const ring = buildRing(ids, native.memory);
  const told: Plain[] = [ring.bucketWidth];
  for (let i = 0; i <= ids.length * POINTS; i++) told.push([ring.hashes[i] as number, ring.owners[i] as number]);
  for (let i = 0; i < 4294967296 / ring.bucketWidth; i++) told.push(ring.index[i] as number);
  return told;
}

function matchHostCase(args: readonly Plain[]): Plain {
  const [host, declared] = args as unknown as [string, readonly string[]];
  const hosts = emptyRecord<string>();
  for (const name of declared) hosts[name] = name;
  return [wildcardOf(host) ?? false, matchHost(host, (name) => hosts[name]) ?? false];
}

function matchPathCase(args: readonly Plain[], setting: Setting): Plain {
  const [number, path] = args as unknown as [number, string];
  const index = indexHost(setting.hosts[number] as Host, (route) => `${route.match} ${route.path}`);
  return [matchPath(index, path) ?? false, needsSlash(index, path)];
}

/** What a pattern finds: in a runtime's own words, a group without a part in the match is nothing. */
function patternCase(args: readonly Plain[], { native }: Setting): Plain {
  const [text, pattern] = args as unknown as [string, string];
  const groups = native.patterns.groups(text, pattern);
  const told: Plain[] = [native.patterns.matches(text, `^${pattern}`) ?? "cut off", literalStart(pattern)];
  if (groups !== undefined) for (let i = 1; i < 10; i++) told.push(groups[i] || "");
  return told;
}

function matchRegexCase(args: readonly Plain[], { native, hosts }: Setting): Plain {
  const [number, path] = args as unknown as [number, string];
  const index = indexHost(hosts[number] as Host, (route) => ({ name: `${route.match} ${route.path}` }));
  const found = matchRegex(index.regexRoutes ?? [], path, native.patterns);
  return typeof found === "string" ? found : found.name;
}

function rewriteCase(args: readonly Plain[], { native }: Setting): Plain {
  const [target, routePath, path] = args as unknown as [string, string, string];
  const rewritten = rewritePath({ target }, routePath, path, native.patterns);
  return rewritten === undefined ? false : [rewritten.path, rewritten.keepsQuery];
}

function appRootCase(args: readonly Plain[]): Plain {
  const [appRoot, path, tls] = args as unknown as [string, string, boolean];
  const request = { path, tls: () => tls, hostHeader: () => "example.com:81" } as PolicyRequest;
  return answerByAppRoot({ appRoot }, request)?.location ?? false;
}

function stampCase(args: readonly Plain[]): Plain {
  const [sealed, issued, now, policy] = args as unknown as [string, number, number, AffinityPolicy];
  const value = stamp(sealed, issued);
  return [value, parseSealed(value)?.sealed ?? false, isFresh(value, indexPolicy(policy), now)];
}

function setCookieCase(args: readonly Plain[]): Plain {
  const [policy, value, tls, userAgent, now] = args as unknown as [
    AffinityPolicy,
    string,
    boolean,
    string | false,
    number,
  ];
  return bakeSetCookie(policy, value, { tls, userAgent: userAgent === false ? undefined : userAgent, now });
}

function entryCase(args: readonly Plain[]): Plain {
  const [kind, text] = args as [string, string];
  const decoded =
    kind === "host"
      ? decodeHost(text)
      : kind === "backend"
        ? decodeBackend(text)
        : kind === "slots"
          ? decodeSlots(text)
          : decodeSettings(text);
  return decoded.ok ? true : decoded.error;
}

function codecCase(args: readonly Plain[]): Plain {
  const decoded = decode(args[0] as string);
  return decoded.ok ? render(decoded.value) : [decoded.error];
}

function classicCase(args: readonly Plain[]): Plain {
  const value = args[0] as string;
  const { key, backendKey } = parseClassic(value);
  return [key, backendKey, isClassicPin(key), isClassicRingKey(key)];
}

function containsCase(args: readonly Plain[]): Plain {
  const [ipv4, ipv6] = [args[0] as readonly string[], args[1] as readonly string[]];
  return contains({ ipv4, ipv6 }, args[2] as string);
}

function corsCase(args: readonly Plain[]): Plain {
  const origin = args[1] as string;
  const request = { header: (name: string) => (name === "origin" ? origin : undefined) } as PolicyRequest;
  return corsHeaders(args[0] as unknown as CorsPolicy, request).join("\n");
}

/** What becomes of a client with a certificate; names are compared as they are, since patterns are each runtime's own. */
function clientCase([policy, client]: readonly Plain[]): Plain {
  const isSame = (pattern: string, name: string) => name === pattern;
  const answer = judgeTlsClient(policy as unknown as ClientCertificatePolicy, client as unknown as TlsClient, isSame);
  return answer === undefined ? "served" : `${answer.reason} ${answer.status} ${answer.location ?? ""}`;
}

/** All that an authority is asked, and what its answer comes to. */
function authorityCase(args: readonly Plain[]): Plain {
  const [policy, path, given, status, headers] = args;
  const authority = policy as unknown as AuthorityPolicy;
  const request = { path, host: path, requestUri: () => path } as unknown as PolicyRequest;
  const answer = { status: status as number, headers: headers as readonly string[] };
  const verdict = judge(authority, answer, request);
  return [
    questionTarget(authority, request),
    questionLines(authority, request, given as readonly string[]),
    typeof verdict === "object" ? `${verdict.status} ${verdict.location ?? ""} ${verdict.headers?.join() ?? ""}` : "in",
    cookiesFor(authority, answer, 200).join(),
    authority.memory === undefined ? "" : secondsToRemember(authority.memory, answer),
  ];
}

function bodyCase(args: readonly Plain[]): Plain {
  const [told, method, limit] = args as unknown as [string, string, number];
  return judgeBody(told, method, { limit });
}

function retryCase(args: readonly Plain[]): Plain {
  const [policy, status, answered, elapsed] = args as unknown as [RetryPolicy, number, boolean, number];
  return [mayRetry(policy, { status, answered }, elapsed), mostAttempts(policy, 5)];
}

function operationOf(name: string): Operation {
  if (name === "crc32") return (args) => crc32(args[0] as string);
  if (name === "address") return (args) => parseAddress(args[0] as string) ?? "none";
  if (name === "contains") return containsCase;
  if (name === "origin") return (args) => isAllowedOrigin(args[0] as readonly string[], args[1] as string);
  if (name === "cors") return corsCase;
  if (name === "authority") return authorityCase;
  if (name === "common names") return (args) => commonNames(args[0] as string);
  if (name === "client") return clientCase;
  if (name === "locate") return (args, { rings }) => locate(rings[args[0] as number] as Ring, args[1] as number);
  if (name === "owner") return (args, { rings }) => locate(rings[args[0] as number] as Ring, crc32(args[1] as string));
  if (name === "slot")
    return (args, { rings }) => locate(rings[args[0] as number] as Ring, slotHash(args[1] as number));
  if (name === "ring") return ringCase;
  if (name === "cookies") return (args) => valuesOf(args[0] as string, args[1] as string);
  if (name === "balance") return balanceCase;
  if (name === "rewriteCookie")
    return (args) => rewriteSetCookie(args[0] as string, args[1] as unknown as ResponsePolicy);
  if (name === "average") {
    // A billionth of a second: the last digits of exp may differ.
    return (args) => Math.floor(movingAverage(args[0] as number, args[1] as number, args[2] as number) * 1e9 + 0.5);
  }
  if (name === "cookieTime") return (args, { native }) => cookieTimes(args[0] as number, native);
  if (name === "userAgent") return (args) => refusesSameSiteNone(args[0] as string);
  if (name === "native") return (args, { native }) => native.call(args[0] as string, args.slice(1));
  if (name === "codec") return codecCase;
  if (name === "entry") return entryCase;
  if (name === "classic") return classicCase;
  if (name === "stamp") return stampCase;
  if (name === "setCookie") return setCookieCase;
  if (name === "body") return bodyCase;
  if (name === "retry") return retryCase;
  if (name === "matchHost") return matchHostCase;
  if (name === "matchPath") return matchPathCase;
  if (name === "canary") return canaryCase;
  if (name === "pattern") return patternCase;
  if (name === "matchRegex") return matchRegexCase;
  if (name === "rewrite") return rewriteCase;
  if (name === "appRoot") return appRootCase;
  return decideCase;
}

function cookieTimes(seconds: number, native: Native): Plain {
  return [cookieTime(seconds), native.cookieTime(seconds)];
}

/** Values that must decode, as the suite made them. */
function decoded<T>(list: readonly string[]): readonly T[] {
  const values: T[] = [];
  for (const bytes of list) {
    const it = decode(bytes);
    if (it.ok) values.push(it.value as unknown as T);
  }
  return values;
}

/**
 * @param encoded a Batch
 * @returns what is said of each case, encoded: a list as long as the cases
 */
export function evaluate(encoded: string, native: Native): string {
  const batch = decoded<Batch>([encoded])[0] as Batch;
  const slots = decodeSlots(batch.slots);
  const setting: Setting = {
    native,
    backends: decoded<Backend>(batch.backends),
    rings: batch.rings.map((bytes) => native.castRing(bytes)),
    hosts: decoded<Host>(batch.hosts),
    slots: slots.ok ? indexSlots(slots.value) : undefined,
  };
  return encode(batch.cases.map((it) => operationOf(it[0] as string)(it.slice(1), setting)));
}
