import { decide } from "../../affinity/decide.ts";
import type { Chosen, Reason } from "../../affinity/decision.ts";
import { bakeSetCookie } from "../../affinity/set-cookie.ts";
import type { Answer } from "../../policies/answer.ts";
import { answerEarly } from "../../policies/answer-early.ts";
import type { HostIndex } from "../../routing/host-index.ts";
import { CATCH_ALL, matchHost } from "../../routing/match-host.ts";
import { matchPath, needsSlash } from "../../routing/match-path.ts";
import { matchServerName } from "../../routing/match-server-name.ts";
import { endpointName } from "../../snapshot/endpoint-name.ts";
import type { Endpoint } from "../../snapshot/model.ts";
import { fromByteString } from "../publish/bytes.ts";
import { type Chance, seededChance } from "./chance.ts";
import { explainedPolicyRequest, headerOf } from "./explained-policy-request.ts";
import type { ExplainedRequest, ExplainedStep, ExplainOptions, Explanation } from "./explanation.ts";
import { normalisePath } from "./normalise-path.ts";
import { hostOf, type ParsedUrl, parseUrl } from "./parse-url.ts";
import { REASON_TEXTS } from "./reason-texts.ts";
import { type ReadBackend, type RouteIndex, SnapshotReader } from "./snapshot-reader.ts";

/** Answered by the data plane itself on every host that nobody declares. */
const HEALTH_PATH = "/healthz";

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
    const route = host && matchPath(host, normal.path);
    if (route !== undefined) return this.#serve(route, url, normal.path);
    if (host !== undefined && needsSlash(host, normal.path)) return this.#redirect(normal.path);
    return this.#serveDefault(url, normal.path);
  }

  #matchHost(name: string): HostIndex<RouteIndex> | undefined {
    const host = matchHost(name, (declared) => this.#reader.host(declared));
    const shown = name === "" ? "no host" : name;
    if (host === undefined) this.#step("host", "none", `${shown}: no Ingress declares it, and none serves every host`);
    else if (host.host === name) this.#step("host", name, `${shown}: declared as it is`);
    else if (host.host === CATCH_ALL)
      this.#step("host", CATCH_ALL, `${shown}: not declared; served with every other host`);
    else this.#step("host", host.host, `${shown}: covered by the wildcard ${host.host}`);
    return host;
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
      ...this.#decide({ route, policy: undefined, hostPolicies: undefined }, backend, url),
      matched: false,
      ingress: null,
    };
  }

  #serve(found: RouteIndex, url: ParsedUrl, path: string): Explanation {
    const { route } = found;
    const owner = route.ingress === "" ? "the default backend" : `Ingress ${route.ingress}`;
    this.#step("path", route.path, `${path}: ${route.match} path ${route.path} of ${owner}, Service ${route.service}`);
    const answer = this.#answerEarly(found, url, path);
    if (answer !== undefined) return this.#give(found, answer);
    const backend = this.#reader.backend(route.backend, this.#start());
    if (backend === undefined) return this.#refuse(found, "no-endpoint");
    return this.#decide(found, backend, url);
  }

  #answerEarly({ route, hostPolicies }: RouteIndex, url: ParsedUrl, path: string): Answer | undefined {
    if (route.policies === undefined) return undefined;
    return answerEarly(route.policies, hostPolicies, explainedPolicyRequest(this.#request, url, path));
  }

  #give({ route }: RouteIndex, { reason, status, location }: Answer): Explanation {
    const where = location === undefined ? "" : `: ${location}`;
    this.#step("answer", String(status), `${REASON_TEXTS[reason]}${where}`);
    const ingress = fromByteString(route.ingress);
    return { ...this.#nothing(reason), matched: true, ingress, service: fromByteString(route.service) };
  }

  #decide(found: RouteIndex, backend: ReadBackend, url: ParsedUrl): Explanation {
    const ready = backend.endpoints.filter((endpoint) => endpoint.state === "ready").length;
    this.#step("backend", backend.id, `${backend.size} Endpoints, ${ready} of them ready`);
    const cookies = found.policy === undefined ? undefined : headerOf(this.#request, "cookie", "; ");
    const world = this.#reader.world(this.#chance, this.#options.now);
    const decision = decide(cookies, found.policy, backend, world);
    if (decision.kind === "refuse") return this.#refuse(found, decision.reason);
    this.#explainBinding(found, decision);
    return {
      matched: true,
      ingress: fromByteString(found.route.ingress),
      service: fromByteString(found.route.service),
      affinity: decision.kind,
      reason: decision.reason,
      endpoint: this.#explainEndpoint(decision, backend),
      canary: false,
      setCookie: this.#explainCookie(found, decision, url),
      steps: this.#steps,
    };
  }

  #explainBinding({ policy }: RouteIndex, decision: Chosen): void {
    const cookie = policy === undefined ? "" : `cookie ${policy.policy.cookieName}, ${policy.policy.mode} mode: `;
    this.#step("affinity", `${decision.kind} (${decision.reason})`, `${cookie}${REASON_TEXTS[decision.reason]}`);
  }

  #explainEndpoint(decision: Chosen, backend: ReadBackend): string | null {
    const endpoint = backend.endpoints[decision.position] as Endpoint;
    const name = endpointName(endpoint);
    const settled = decision.kind === "stick" || backend.open.length === 1;
    const how =
      decision.kind === "none" ? "each worker gives its Endpoints in turn" : "chance picks among the open Endpoints";
    if (!settled && this.#options.seed === undefined) {
      this.#step("endpoint", "random", `${how}: --seed makes a pick`);
      return null;
    }
    const pick = settled ? "" : `; ${how}, this one by seed ${this.#options.seed}`;
    this.#step("endpoint", name, `${endpoint.state}${pick}`);
    return name;
  }

  #explainCookie({ policy }: RouteIndex, decision: Chosen, url: ParsedUrl): string | null {
    if (policy === undefined || decision.value === "") {
      this.#step("set-cookie", "none", "the response carries no Set-Cookie of ours");
      return null;
    }
    if (this.#chance.drawn() && this.#options.seed === undefined) {
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
