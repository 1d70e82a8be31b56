import { decide, decideThoroughly } from "../../affinity/decide.ts";
import { decideByRequest } from "../../affinity/decide-by-request.ts";
import type { Chosen, Decision, Reason } from "../../affinity/decision.ts";
import { poolFor } from "../../affinity/pool.ts";
import { bakeSetCookie } from "../../affinity/set-cookie.ts";
import type { Answer } from "../../policies/answer.ts";
import { answerEarly } from "../../policies/answer-early.ts";
import { answerByAppRoot } from "../../policies/app-root.ts";
import { answerBlocked } from "../../policies/blocked.ts";
import { DEFAULT_BODY, judgeBody } from "../../policies/body-size.ts";
import { judgeHost, judgePlainClient } from "../../policies/client-certificate.ts";
import { requestText } from "../../policies/request-text.ts";
import type { HostIndex } from "../../routing/host-index.ts";
import { CATCH_ALL, matchHost } from "../../routing/match-host.ts";
import { matchPath, needsSlash } from "../../routing/match-path.ts";
import { matchServerName } from "../../routing/match-server-name.ts";
import { matchRegex } from "../../routing/regex-routes.ts";
import { endpointName } from "../../snapshot/endpoint-name.ts";
import type { Endpoint } from "../../snapshot/model.ts";
import type { HostPolicies, RoutePolicies } from "../../snapshot/route-policies.ts";
import { NODE_PATTERNS } from "../patterns/node-patterns.ts";
import { fromByteString } from "../publish/bytes.ts";
import { type Chance, seededChance } from "./chance.ts";
import { describeConnection } from "./describe-connection.ts";
import { explainClient } from "./explain-client.ts";
import { explainGuards } from "./explain-guards.ts";
import { explainShape } from "./explain-shape.ts";
import { type ExplainedSide, explainSide } from "./explain-side.ts";
import { explainedPolicyRequest, headerOf } from "./explained-policy-request.ts";
import type { ExplainedRequest, ExplainedStep, ExplainOptions, Explanation } from "./explanation.ts";
import { normalisePath } from "./normalise-path.ts";
import { hostOf, type ParsedUrl, parseUrl } from "./parse-url.ts";
import { REASON_TEXTS } from "./reason-texts.ts";
import { type ReadBackend, type RouteIndex, SnapshotReader } from "./snapshot-reader.ts";

/** Answered by the data plane itself on every host that nobody declares. */
const HEALTH_PATH = "/healthz";

/** What workers know of Endpoints is theirs alone. */
const answerTimesUnknown = () => undefined;

/** One request on its way through the decision; collects the steps. */
class Walk {
  readonly #request: ExplainedRequest;
  readonly #reader: SnapshotReader;
  readonly #options: ExplainOptions;
  readonly #chance: Chance;
  readonly #steps: ExplainedStep[] = [];

  constructor(request: ExplainedRequest, entries: ReadonlyMap<string, string>, options: ExplainOptions) {
    this.#request = request;
    this.#reader = new SnapshotReader(entries);
    this.#options = options;
    this.#chance = seededChance(options.seed ?? 0);
  }

  explain(): Explanation {
    const url = parseUrl(this.#request.url);
    if (url === undefined) return this.#unmatched("path", "400", "the URL is neither http nor https");
    const normal = normalisePath(url.path);
    if (!normal.ok) return this.#unmatched("path", "400", `NGINX refuses this path: ${normal.why}`);
    if (url.tls && this.#isSentAway(url.host)) {
      return this.#unmatched("certificate", "none", "ssl-reject-handshake: no Ingress declares this host");
    }
    if (url.tls) this.#explainCertificate(url.host);
    const given = headerOf(this.#request, "host", ",");
    const named = given === undefined ? url.host : hostOf(given);
    const host = this.#matchHost(named);
    if ((host === undefined || host.host === CATCH_ALL) && normal.path === HEALTH_PATH) {
      return this.#unmatched(
        "path",
        "200",
        `${HEALTH_PATH} is answered by Limpet itself on hosts that nobody declares`,
      );
    }
    const blocked = this.#answerBlocked(url, normal.path);
    if (blocked !== undefined) return blocked;
    const route = host && matchPath(host, normal.path);
    if (route !== undefined) return this.#serve(route, url, normal.path);
    return (host && this.#serveUnmatchedOn(host, url, normal.path)) ?? this.#serveDefault(url, normal.path);
  }

  /** By an address only where one was told. */
  #answerBlocked(url: ParsedUrl, path: string): Explanation | undefined {
    const blocked = this.#reader.settings.policies?.blocked;
    if (blocked === undefined) return undefined;
    const { addresses, ...others } = blocked;
    if (addresses !== undefined && this.#request.address === undefined) {
      this.#step("address", "unknown", "block-cidrs goes by the client's address: --address tells it");
    }
    const judged = this.#request.address === undefined ? others : blocked;
    const answer = answerBlocked(judged, explainedPolicyRequest(this.#request, url, path), NODE_PATTERNS);
    if (answer === undefined) return undefined;
    this.#step("answer", String(answer.status), "the global settings block this client, whatever it asks for");
    return this.#nothing(answer.reason);
  }

  /** What a declared host has for a path that stands in none of its tables. */
  #serveUnmatchedOn(host: HostIndex<RouteIndex>, url: ParsedUrl, path: string): Explanation | undefined {
    const closed = judgeHost(host.policies);
    if (closed !== undefined) return this.#unmatchedAnswer(closed);
    const answer = answerByAppRoot(host.policies, explainedPolicyRequest(this.#request, url, path));
    if (answer !== undefined) {
      return this.#unmatched("path", String(answer.status), `app-root sends the client to ${answer.location}`);
    }
    if (host.regexRoutes !== undefined) {
      const found = matchRegex(host.regexRoutes, path, NODE_PATTERNS);
      if (found === "cut-off") return this.#unmatched("path", "500", "the search for a regular expression was cut off");
      if (found !== "none") return this.#serve(found, url, path);
    }
    const refused = host.policies && this.#explainClient(host.policies, {}, url);
    if (refused !== undefined) return this.#unmatchedAnswer(refused);
    return needsSlash(host, path) ? this.#redirect(path) : undefined;
  }

  #unmatchedAnswer({ reason, status }: Answer): Explanation {
    this.#step("answer", String(status), REASON_TEXTS[reason]);
    return this.#nothing(reason);
  }

  #matchHost(name: string): HostIndex<RouteIndex> | undefined {
    const host = matchHost(name, (declared) => this.#reader.host(declared));
    const shown = name === "" ? "no host" : name;
    if (host === undefined) this.#step("host", "none", `${shown}: no Ingress declares it, and none serves every host`);
    else if (host.host === name) {
      const target = this.#reader.aliasTarget(name);
      const how = target === undefined ? "declared as it is" : `an alias of ${target}`;
      this.#step("host", name, `${shown}: ${how}`);
    } else if (host.host === CATCH_ALL)
      this.#step("host", CATCH_ALL, `${shown}: not declared; served with every other host`);
    else this.#step("host", host.host, `${shown}: covered by the wildcard ${host.host}`);
    return host;
  }

  #isSentAway(name: string): boolean {
    if (this.#reader.settings.tls?.rejectsUnknown !== true) return false;
    const host = matchHost(name, (declared) => this.#reader.host(declared));
    return host === undefined || host.host === CATCH_ALL;
  }

  #explainCertificate(host: string): void {
    const asked = host === "" ? "a client that names no host" : `a client that asks for ${host}`;
    const shown = matchServerName(host, (name) => this.#reader.serverName(name))?.certificates ?? [];
    if (shown.length === 0)
      this.#step("certificate", "own", `${asked} is shown the certificate that Limpet made itself`);
    else this.#step("certificate", shown.join(", "), `${asked} is shown the certificate of this Secret`);
  }

  #redirect(path: string): Explanation {
    return this.#unmatched("path", "301", `only ${path}/ is declared; the client is sent there`);
  }

  #serveDefault(url: ParsedUrl, path: string): Explanation {
    const id = this.#reader.settings.defaultBackend;
    const backend = id === undefined ? undefined : this.#reader.backend(id, this.#start());
    if (id === undefined || backend === undefined || backend.size === 0) {
      return this.#unmatched("path", "404", `${path}: no Route matches, and there is no default backend`);
    }
    this.#step("path", "default backend", `${path}: no Route matches; the default backend ${id} answers`);
    const route = { host: CATCH_ALL, path: "/", match: "prefix", ingress: "", service: id, backend: id } as const;
    return {
      ...this.#decide({ route, policy: undefined, hostPolicies: undefined }, backend, url, path),
      matched: false,
      ingress: null,
    };
  }

  #serve(found: RouteIndex, url: ParsedUrl, path: string): Explanation {
    const { route } = found;
    const owner = route.ingress === "" ? "the default backend" : `Ingress ${route.ingress}`;
    const kind = this.#reader.isRegex(route.host) ? "regular expression" : `${route.match} path`;
    this.#step("path", route.path, `${path}: ${kind} ${route.path} of ${owner}, Service ${route.service}`);
    if (this.#hasTooLargeBody(found)) return this.#give(found, { reason: "too-large", status: 413 });
    const answer = this.#answerEarly(found, url, path);
    if (answer !== undefined) return this.#give(found, answer);
    this.#steps.push(...explainShape(route, path));
    const backend = this.#reader.backend(route.backend, this.#start());
    if (backend === undefined || backend.size === 0) return this.#serveInstead(found, url, path);
    const refusal = this.#explainGuards(found, url, path);
    if (refusal !== undefined) return this.#give(found, refusal);
    const side = this.#chooseSide(found, backend, url, path);
    return this.#decide(side?.route ?? found, side?.backend ?? backend, url, path, side);
  }

  /** The main or the canary, where a Route has one and its main has Endpoints. */
  #chooseSide(found: RouteIndex, main: ReadBackend, url: ParsedUrl, path: string): ExplainedSide | undefined {
    const policy = found.route.policies?.canary;
    const canary = policy && this.#reader.backend(policy.backend, this.#start());
    if (policy === undefined || canary === undefined) return undefined;
    const request = explainedPolicyRequest(this.#request, url, path);
    const world = this.#reader.world(this.#chance, this.#options.now);
    const side = explainSide(found, policy, { main, canary }, request, world, this.#options.seed);
    this.#step("canary", side.outcome, side.detail);
    return side;
  }

  #hasTooLargeBody({ route }: RouteIndex): boolean {
    const told = headerOf(this.#request, "content-length", ",");
    return told !== undefined && judgeBody(told, "POST", route.policies?.body ?? DEFAULT_BODY) === "too-large";
  }

  /** A Route without an Endpoint: its default backend answers, without its affinity. */
  #serveInstead(found: RouteIndex, url: ParsedUrl, path: string): Explanation {
    const id = found.route.policies?.defaultBackend;
    const instead = id === undefined ? undefined : this.#reader.backend(id, this.#start());
    if (id === undefined || instead === undefined || instead.size === 0) return this.#refuse(found, "no-endpoint");
    this.#step("backend", "none", `${REASON_TEXTS["no-endpoint"]}; the default backend ${id} answers instead`);
    return this.#decide({ ...found, policy: undefined }, instead, url, path);
  }

  #answerEarly({ route, hostPolicies }: RouteIndex, url: ParsedUrl, path: string): Answer | undefined {
    if (route.policies === undefined && hostPolicies === undefined) return undefined;
    const policies = route.policies ?? {};
    return (
      judgeHost(hostPolicies) ??
      answerEarly(policies, hostPolicies, explainedPolicyRequest(this.#request, url, path)) ??
      (hostPolicies && this.#explainClient(hostPolicies, policies, url))
    );
  }

  /** What the host says to a client's certificate, as far as that can be told here: one that is shown counts as good. */
  #explainClient(host: HostPolicies, policies: RoutePolicies, url: ParsedUrl): Answer | undefined {
    if (host.clients === undefined) return undefined;
    const step = explainClient(host.clients, url.tls);
    this.#step(step.step, step.outcome, step.detail);
    return url.tls ? undefined : judgePlainClient(host, policies);
  }

  #explainGuards({ route: { policies } }: RouteIndex, url: ParsedUrl, path: string): Answer | undefined {
    if (policies === undefined) return undefined;
    const asked = explainedPolicyRequest(this.#request, url, path);
    const { refusal, steps } = explainGuards(policies, this.#request, asked);
    for (const { step, outcome, detail } of steps) this.#step(step, outcome, detail);
    return refusal;
  }

  #give({ route }: RouteIndex, { reason, status, location }: Answer): Explanation {
    const where = location === undefined ? "" : `: ${location}`;
    this.#step("answer", String(status), `${REASON_TEXTS[reason]}${where}`);
    const ingress = fromByteString(route.ingress);
    return { ...this.#nothing(reason), matched: true, ingress, service: fromByteString(route.service) };
  }

  #decide(found: RouteIndex, backend: ReadBackend, url: ParsedUrl, path: string, side?: ExplainedSide): Explanation {
    const ready = backend.endpoints.filter((endpoint) => endpoint.state === "ready").length;
    this.#step("backend", backend.id, `${backend.size} Endpoints, ${ready} of them ready`);
    const decision = this.#decideOn(found, backend, url, path, side);
    if (decision.kind === "refuse") return this.#refuse(found, decision.reason);
    this.#explainMirror(found);
    this.#explainBinding(found, decision);
    this.#explainConnection(found);
    return {
      matched: true,
      ingress: fromByteString(found.route.ingress),
      service: fromByteString(found.route.service),
      affinity: decision.kind,
      reason: decision.reason,
      endpoint: this.#explainEndpoint(found, decision, backend, side?.open === true),
      canary: side?.canary === true,
      setCookie: this.#explainCookie(found, decision, url, side?.drawn === true),
      steps: this.#steps,
    };
  }

  #decideOn(
    { route, policy }: RouteIndex,
    backend: ReadBackend,
    url: ParsedUrl,
    path: string,
    side: ExplainedSide | undefined,
  ): Decision {
    const world = this.#reader.world(this.#chance, this.#options.now);
    const balance = route.policies?.balance;
    if (balance === undefined) {
      const cookies = policy === undefined ? undefined : headerOf(this.#request, "cookie", "; ");
      return (side === undefined ? decide : decideThoroughly)(cookies, policy, backend, world);
    }
    const key =
      balance.kind === "hash" ? requestText(balance.key, explainedPolicyRequest(this.#request, url, path)) : "";
    if (balance.kind === "hash") this.#step("hash", key, "what the request is hashed by");
    return decideByRequest(balance, key, backend, [], answerTimesUnknown, world);
  }

  #explainMirror({ route }: RouteIndex): void {
    const mirror = route.policies?.mirror;
    if (mirror === undefined) return;
    const size = this.#reader.backend(mirror.backend, 0)?.size ?? 0;
    if (size === 0) this.#step("mirror", "none", `${mirror.backend} has no address: no copy is made`);
    else this.#step("mirror", mirror.backend, "a copy goes there, and its answer to nobody");
  }

  #explainBinding({ policy }: RouteIndex, decision: Chosen): void {
    const cookie = policy === undefined ? "" : `cookie ${policy.policy.cookieName}, ${policy.policy.mode} mode: `;
    this.#step("affinity", `${decision.kind} (${decision.reason})`, `${cookie}${REASON_TEXTS[decision.reason]}`);
  }

  #explainConnection({ route: { policies } }: RouteIndex): void {
    const detail = policies === undefined ? "" : describeConnection(policies);
    if (policies?.profile === undefined && detail === "") return;
    this.#step("connection", policies?.profile ?? "plain", detail === "" ? "timeouts and attempts as usual" : detail);
  }

  /** @param open whether chance picks the Backend already */
  #explainEndpoint({ policy }: RouteIndex, decision: Chosen, backend: ReadBackend, open: boolean): string | null {
    const endpoint = backend.endpoints[decision.position] as Endpoint;
    const name = endpointName(endpoint);
    const among = policy === undefined ? backend.rota : poolFor(decision.kind, decision.reason, policy, backend).open;
    const hashed = decision.reason === "hashed" && !this.#chance.drawn();
    const settled = !open && (decision.kind === "stick" || hashed || among.length === 1);
    const how =
      decision.reason === "off" ? "each worker gives its Endpoints in turn" : "chance picks among the open Endpoints";
    if (among === backend.newest?.open) this.#explainRollOut(among);
    if (!settled && this.#options.seed === undefined) {
      this.#step("endpoint", "random", `${how}: --seed makes a pick`);
      return null;
    }
    const pick = settled ? "" : `; ${how}, this one by seed ${this.#options.seed}`;
    this.#step("endpoint", name, `${endpoint.state}${pick}`);
    return name;
  }

  #explainRollOut(newest: readonly number[]): void {
    const detail = `a roll-out is on: one of the ${newest.length} Endpoints that stay when it is over, so that the session moves once`;
    this.#step("roll-out", "newest", detail);
  }

  /** @param drawn whether chance had a say before the decision */
  #explainCookie({ policy }: RouteIndex, decision: Chosen, url: ParsedUrl, drawn: boolean): string | null {
    if (policy === undefined || decision.value === "") {
      this.#step("set-cookie", "none", "the response carries no Set-Cookie of ours");
      return null;
    }
    if ((drawn || this.#chance.drawn()) && this.#options.seed === undefined) {
      this.#step("set-cookie", "random", `the response sets ${policy.policy.cookieName}; its value depends on chance`);
      return null;
    }
    const userAgent = headerOf(this.#request, "user-agent", ",");
    const value = bakeSetCookie(policy.policy, decision.value, { tls: url.tls, userAgent, now: this.#options.now });
    this.#step("set-cookie", "set", `the response sets ${policy.policy.cookieName}`);
    return fromByteString(value);
  }

  #refuse({ route }: RouteIndex, reason: Reason): Explanation {
    this.#step("endpoint", "503", REASON_TEXTS[reason]);
    const ingress = fromByteString(route.ingress);
    return { ...this.#nothing(reason), matched: true, ingress, service: fromByteString(route.service) };
  }

  #unmatched(step: string, status: string, detail: string): Explanation {
    this.#step(step, status, detail);
    return this.#nothing("no-route");
  }

  #nothing(reason: Reason): Explanation {
    const none = { ingress: null, service: null, endpoint: null, setCookie: null };
    return { matched: false, ...none, affinity: "refuse", reason, canary: false, steps: this.#steps };
  }

  /** Where the round robin begins: anywhere. */
  #start(): number {
    return seededChance(this.#options.seed ?? 0).random(65536);
  }

  #step(step: string, outcome: string, detail: string): void {
    this.#steps.push({ step, outcome: fromByteString(outcome), detail: fromByteString(detail) });
  }
}

/**
 * The decision for a request on a Snapshot's entries, by the code that the data plane runs, with the steps that led to
 * it. It is the decision for the first attempt; what an Endpoint answers is not part of it.
 *
 * @throws Error when an entry does not decode, which is a bug
 */
export function explain(
  request: ExplainedRequest,
  entries: ReadonlyMap<string, string>,
  options: ExplainOptions,
): Explanation {
  return new Walk(request, entries, options).explain();
}
