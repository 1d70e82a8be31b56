import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encode } from "../../snapshot/codec.ts";
import { backendEntry, hostEntry, ringEntry, SETTINGS_ENTRY, SLOTS_ENTRY } from "../../snapshot/entries.ts";
import type { AffinityPolicy, Backend, Endpoint, Route } from "../../snapshot/model.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../../snapshot/model.ts";
import { ringLength } from "../../snapshot/ring.ts";
import type { CanaryPolicy, HostPolicies } from "../../snapshot/route-policies.ts";
import { explain } from "./explain.ts";
import type { Explanation } from "./explanation.ts";

const NOW = 1_700_000_000;
const ID = "default/web:80";
const PINS = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"];

const POLICY: AffinityPolicy = {
  mode: "persistent",
  cookieName: "INGRESSCOOKIE",
  cookiePath: "/",
  secure: "auto",
  conditionalSameSiteNone: false,
  changeOnFailure: false,
};

function route(changes: Partial<Route> = {}): Route {
  const own = {
    host: "web.test",
    path: "/",
    match: "prefix",
    ingress: "default/web",
    service: ID,
    backend: ID,
  } as const;
  return { ...own, affinity: POLICY, ...changes };
}

function endpoints(count: number): Endpoint[] {
  return Array.from({ length: count }, (_, i) => ({ address: `10.0.0.${i + 1}`, port: 8080, state: "ready" as const }));
}

function backend(changes: Partial<Backend> = {}): Backend {
  const none = { formerPins: [], classicPins: [], classicKey: "", departed: [] };
  return { id: ID, endpoints: endpoints(3), pins: PINS, ...none, ...changes };
}

/** A ring on which each of so many Endpoints owns one arc of the same length. */
function ring(count: number): string {
  const bytes = Buffer.alloc(ringLength(count, 0));
  bytes.writeUInt32LE(count, 0);
  for (let i = 0; i < count; i++) {
    bytes.writeUInt32LE(Math.floor((4294967295 * (i + 1)) / count), 12 + 4 * i);
    bytes.writeUInt16LE(i, 12 + 4 * (count + 1) + 2 * i);
  }
  bytes.writeUInt32LE(4294967295, 12 + 4 * count);
  return bytes.toString("latin1");
}

function slotValue(slot: number): string {
  return `${slot}`.padStart(SEALED_LENGTH, "s");
}

function entries(routes: readonly Route[], backends: readonly Backend[]): Map<string, string> {
  const all = new Map<string, string>([[SETTINGS_ENTRY, encode({ classicCookies: "accept" })]]);
  const values = Array.from({ length: SLOT_COUNT }, (_, slot) => slotValue(slot)).join("");
  all.set(SLOTS_ENTRY, encode({ values, formerValues: "" }));
  for (const host of new Set(routes.map((one) => one.host))) {
    all.set(hostEntry(host), encode({ host, routes: routes.filter((one) => one.host === host) }));
  }
  for (const one of backends) {
    all.set(backendEntry(one.id), encode(one));
    if (one.endpoints.length > 0) all.set(ringEntry(one.id), ring(one.endpoints.length));
  }
  return all;
}

interface Question {
  readonly url?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly seed?: number;
}

function ask(all: ReadonlyMap<string, string>, question: Question = {}): Explanation {
  const { url = "http://web.test/", headers = [], seed } = question;
  return explain({ url, headers }, all, seed === undefined ? { now: NOW } : { now: NOW, seed });
}

function cookie(value: string): readonly (readonly [string, string])[] {
  return [["Cookie", `INGRESSCOOKIE=${value}`]];
}

describe("explain", () => {
  const all = entries([route()], [backend()]);

  it("names the Endpoint that a cookie leads to", () => {
    const { steps, ...rest } = ask(all, { headers: cookie("bbbbbbbbbbbbbbbb") });
    assert.deepEqual(rest, {
      matched: true,
      ingress: "default/web",
      service: ID,
      affinity: "stick",
      reason: "bound",
      endpoint: "10.0.0.2:8080",
      canary: false,
      setCookie: null,
    });
    assert.deepEqual(
      steps.map(({ step }) => step),
      ["host", "path", "backend", "affinity", "endpoint", "set-cookie"],
    );
  });

  it("leaves a random pick open and says so", () => {
    const explanation = ask(all);
    assert.deepEqual(
      [explanation.affinity, explanation.reason, explanation.endpoint, explanation.setCookie],
      ["assign", "new", null, null],
    );
    assert.ok(explanation.steps.some(({ step, outcome }) => step === "endpoint" && outcome === "random"));
  });

  it("makes a random pick by a seed, the same each time, with the cookie that goes with it", () => {
    const picks = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const explanation = ask(all, { seed });
      assert.deepEqual(ask(all, { seed }), explanation);
      const position = Number(explanation.endpoint?.[7]) - 1;
      assert.equal(explanation.setCookie, `INGRESSCOOKIE=${PINS[position]}; Path=/; HttpOnly`);
      picks.add(explanation.endpoint ?? "");
    }
    assert.equal(picks.size, 3);
  });

  it("names the only Endpoint there is without a seed", () => {
    const one = entries([route()], [backend({ endpoints: endpoints(1), pins: ["aaaaaaaaaaaaaaaa"] })]);
    const explanation = ask(one);
    assert.equal(explanation.endpoint, "10.0.0.1:8080");
    assert.equal(explanation.setCookie, "INGRESSCOOKIE=aaaaaaaaaaaaaaaa; Path=/; HttpOnly");
  });

  it("says Secure for a URL with https", () => {
    const explanation = ask(all, { url: "https://web.test/", seed: 1 });
    assert.match(explanation.setCookie ?? "", /; Secure; HttpOnly$/);
  });

  it("finds the Endpoint of a slot on the ring in balanced mode", () => {
    const balanced = entries([route({ affinity: { ...POLICY, mode: "balanced" } })], [backend()]);
    const explanation = ask(balanced, { headers: cookie(slotValue(SLOT_COUNT - 1)) });
    assert.deepEqual([explanation.reason, explanation.endpoint], ["bound", "10.0.0.3:8080"]);
  });

  it("tells a cookie whose Endpoint has left from one that names nothing", () => {
    const left = entries([route()], [backend({ departed: ["dddddddddddddddd"] })]);
    assert.equal(ask(left, { headers: cookie("dddddddddddddddd") }).reason, "gone");
    assert.equal(ask(left, { headers: cookie("eeeeeeeeeeeeeeee") }).reason, "unknown");
    assert.equal(ask(left, { headers: cookie("!") }).reason, "malformed");
  });

  it("says that a roll-out is on to a session whose Endpoint is gone, and to nobody else", () => {
    const rolling = (newest: readonly number[]) =>
      entries([route()], [backend({ departed: ["dddddddddddddddd"], newest })]);
    const told = ({ steps }: Explanation) => steps.filter(({ step }) => step === "roll-out").length;
    const one = ask(rolling([1]), { headers: cookie("dddddddddddddddd") });
    assert.deepEqual([one.reason, one.endpoint, told(one)], ["gone", "10.0.0.2:8080", 1]);
    const open = ask(rolling([0, 1]), { headers: cookie("dddddddddddddddd") });
    assert.deepEqual([open.reason, open.endpoint, told(open)], ["gone", null, 1]);
    for (const headers of [cookie("bbbbbbbbbbbbbbbb"), cookie("eeeeeeeeeeeeeeee"), []]) {
      assert.equal(told(ask(rolling([1]), { headers })), 0);
    }
  });

  it("gives the fresh cookie of a session that is past half of its lifetime, whatever the seed", () => {
    const lasting = entries([route({ affinity: { ...POLICY, maxAge: 100 } })], [backend()]);
    const explanation = ask(lasting, { headers: cookie(`aaaaaaaaaaaaaaaa.${NOW - 60}`) });
    assert.deepEqual([explanation.affinity, explanation.reason], ["stick", "refreshed"]);
    assert.equal(explanation.setCookie, `INGRESSCOOKIE=aaaaaaaaaaaaaaaa.${NOW}; Max-Age=100; Path=/; HttpOnly`);
  });

  it("joins repeated Cookie lines, and takes the Host header for the host", () => {
    const headers = [
      ["cookie", "a=b"],
      ["COOKIE", "INGRESSCOOKIE=cccccccccccccccc"],
      ["Host", "WEB.test:8080"],
    ] as const;
    assert.equal(ask(all, { url: "http://127.0.0.1/", headers }).endpoint, "10.0.0.3:8080");
  });

  it("lets Endpoints take turns where a Route asks for no affinity", () => {
    const { affinity: _, ...plain } = route();
    const explanation = ask(entries([plain], [backend()]), { headers: cookie("bbbbbbbbbbbbbbbb") });
    assert.deepEqual([explanation.affinity, explanation.reason, explanation.endpoint], ["none", "off", null]);
  });

  it("writes an IPv6 Endpoint in brackets", () => {
    const six = backend({ endpoints: [{ address: "fd00::1", port: 80, state: "ready" }], pins: ["aaaaaaaaaaaaaaaa"] });
    assert.equal(ask(entries([route()], [six])).endpoint, "[fd00::1]:80");
  });

  it("refuses where no Endpoint is left, and names the Route", () => {
    const explanation = ask(entries([route()], [backend({ endpoints: [], pins: [] })]));
    assert.deepEqual(
      [explanation.matched, explanation.ingress, explanation.affinity, explanation.reason],
      [true, "default/web", "refuse", "no-endpoint"],
    );
    assert.equal(ask(entries([route()], [])).reason, "no-endpoint");
  });

  it("matches nothing on a host that nobody declares", () => {
    const explanation = ask(all, { url: "http://other.test/" });
    assert.deepEqual([explanation.matched, explanation.affinity, explanation.reason], [false, "refuse", "no-route"]);
  });

  it("hands what matches nothing to the default backend when there is one", () => {
    const withDefault = entries([route()], [backend(), backend({ id: "default/rest:80", endpoints: endpoints(1) })]);
    withDefault.set(SETTINGS_ENTRY, encode({ classicCookies: "accept", defaultBackend: "default/rest:80" }));
    const explanation = ask(withDefault, { url: "http://other.test/" });
    assert.deepEqual([explanation.matched, explanation.service], [false, "default/rest:80"]);
    assert.equal(explanation.endpoint, "10.0.0.1:8080");
  });

  it("tells of the redirect to a prefix path with a slash", () => {
    const slashed = entries([route({ path: "/foo/" })], [backend()]);
    const explanation = ask(slashed, { url: "web.test/foo" });
    assert.equal(explanation.matched, false);
    assert.equal(explanation.steps.at(-1)?.outcome, "301");
  });

  it("matches the path as NGINX sees it", () => {
    const apart = entries([route({ path: "/a/b" })], [backend()]);
    assert.equal(ask(apart, { url: "http://web.test//x/%2e%2e/a%2fb/?q=/../" }).matched, true);
    assert.equal(ask(apart, { url: "http://web.test/a/b/../../../" }).steps.at(-1)?.outcome, "400");
  });

  describe("on a host that asks for client certificates", () => {
    const clients = { context: "c", authorities: "a", verify: "on", depth: 1 } as const;
    const asked = (url: string, policies: HostPolicies, own: Partial<Route> = {}) => {
      const host = encode({ host: "web.test", routes: [route({ affinity: POLICY, ...own })], policies });
      const all = new Map(entries([route()], [backend()])).set(hostEntry("web.test"), host);
      const { reason, steps } = explain({ url, headers: [] }, all, { now: NOW });
      const told = steps.filter(({ step }) => step === "client certificate" || step === "answer");
      return [reason, ...told.map(({ step, outcome }) => `${step} ${outcome}`)];
    };

    it("takes one over TLS for good, and tells that there is none over HTTP", () => {
      assert.deepEqual(asked("https://web.test/", { clients }), ["new", "client certificate unknown"]);
      assert.deepEqual(asked("http://web.test/", { clients }), [
        "unauthorized",
        "client certificate none",
        "answer 400",
      ]);
      const open = { withoutCertificate: true } as const;
      assert.deepEqual(asked("http://web.test/", { clients }, { policies: open }), ["new", "client certificate none"]);
      const elsewhere = { path: "/elsewhere" };
      assert.deepEqual(asked("http://web.test/", { clients }, elsewhere).slice(0, 1), ["unauthorized"]);
    });

    it("tells that nobody is served where nobody can tell", () => {
      assert.deepEqual(asked("https://web.test/", { closed: true }), ["denied", "answer 503"]);
      assert.deepEqual(asked("https://web.test/", { closed: true }, { path: "/elsewhere" }), ["denied", "answer 503"]);
    });
  });

  describe("of clients that the global settings block", () => {
    const blocking = entries([route()], [backend()]);
    const policies = {
      blocked: {
        addresses: { ipv4: ["c0000200", "c00002ff"], ipv6: [] },
        agents: [{ kind: "any-case", pattern: "bot" }],
      },
    };
    blocking.set(SETTINGS_ENTRY, encode({ classicCookies: "accept", policies }));

    it("says 403, whatever they ask for", () => {
      for (const url of ["http://web.test/", "http://other.test/"]) {
        const { reason, steps } = ask(blocking, { url, headers: [["User-Agent", "a Bot"]] });
        assert.deepEqual([reason, steps.at(-1)?.outcome], ["denied", "403"]);
      }
    });

    it("goes by an address only when it is told one", () => {
      const { reason, steps } = ask(blocking);
      assert.notEqual(reason, "denied");
      assert.ok(steps.some(({ step, outcome }) => step === "address" && outcome === "unknown"));
      const from = (address: string) =>
        explain({ url: "web.test", headers: [], address }, blocking, { now: NOW }).reason;
      assert.deepEqual([from("192.0.2.9"), from("192.0.3.9") === "denied"], ["denied", false]);
    });
  });

  it("sends away TLS clients that name no declared host, where the settings say so", () => {
    const rejecting = entries([route(), route({ host: "_" })], [backend()]);
    rejecting.set(SETTINGS_ENTRY, encode({ classicCookies: "accept", tls: { rejectsUnknown: true } }));
    const matched = (url: string) => ask(rejecting, { url }).matched;
    assert.deepEqual(["https://web.test/", "https://other.test/", "http://other.test/"].map(matched), [
      true,
      false,
      true,
    ]);
  });

  it("answers the health path itself on hosts that nobody declares", () => {
    const everywhere = entries([route({ host: "_" })], [backend()]);
    assert.equal(ask(everywhere, { url: "http://any.test/healthz" }).matched, false);
    assert.equal(ask(everywhere, { url: "http://any.test/other" }).matched, true);
  });

  describe("on a Route with a canary", () => {
    const MARK = "mmmmmmmmmmmmmmmm";
    const next = backend({ id: "default/next:80", endpoints: endpoints(1), pins: ["nnnnnnnnnnnnnnnn"] });
    const where = { backend: next.id, service: next.id, mark: MARK, total: 100, sticky: true, follow: false };
    const withCanary = (changes: Partial<CanaryPolicy>, main = backend()) => {
      const canary = { ...where, weight: 0, ...changes };
      return entries([route({ policies: { canary } })], [main, next]);
    };
    const sideOf = ({ canary, service, steps }: Explanation) => {
      return [canary, service, steps.find(({ step }) => step === "canary")?.outcome];
    };

    it("says which side a request goes to, and why", () => {
      const ruled = withCanary({ header: "x_canary", headerPattern: "^y" });
      const asked = ask(ruled, { headers: [["X-Canary", "yes"]] });
      assert.deepEqual(sideOf(asked), [true, next.id, "canary"]);
      assert.equal(asked.endpoint, "10.0.0.1:8080");
      assert.match(asked.setCookie ?? "", /^INGRESSCOOKIE=n{16}m{16};/);
      assert.deepEqual(sideOf(ask(ruled)), [false, ID, "main"]);
      const bound = ask(ruled, { headers: cookie(`nnnnnnnnnnnnnnnn${MARK}`) });
      assert.deepEqual([...sideOf(bound), bound.reason], [true, next.id, "canary", "bound"]);
    });

    it("leaves the side open where chance chooses, unless a pick is asked for", () => {
      const drawn = withCanary({ weight: 50 });
      const open = ask(drawn);
      assert.deepEqual([...sideOf(open), open.endpoint, open.setCookie], [false, ID, "random", null, null]);
      const picks = Array.from({ length: 20 }, (_, seed) => ask(drawn, { seed }));
      assert.equal(new Set(picks.map(({ canary }) => canary)).size, 2);
      for (const { endpoint, setCookie } of picks) assert.ok(endpoint !== null && setCookie !== null);
    });

    it("goes to the main where nothing is drawn", () => {
      assert.deepEqual(sideOf(ask(withCanary({ weight: 0 }))), [false, ID, "main"]);
      assert.deepEqual(sideOf(ask(withCanary({ weight: 100 }))), [true, next.id, "canary"]);
      const none = ask(withCanary({ weight: 100 }, backend({ endpoints: [], pins: [] })));
      assert.deepEqual([none.reason, none.canary], ["no-endpoint", false]);
    });
  });
});
