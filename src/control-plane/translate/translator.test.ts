import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeBackend, decodeHost, decodeSettings, decodeSlots } from "../../snapshot/entries.ts";
import type { Backend, Host } from "../../snapshot/model.ts";
import { MOST_BUILT_ENDPOINTS } from "../../snapshot/ring.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { KubernetesObject } from "../objects/model.ts";
import { fromByteString } from "../publish/bytes.ts";
import type { ObjectChange } from "../sources/source.ts";
import { FakeClock } from "../time/fake-clock.ts";
import { StoredBackends } from "./stored-backends.ts";
import {
  deleted,
  endpoint,
  externalService,
  ingress,
  ingressClass,
  path,
  resolved,
  rule,
  service,
  set,
  slice,
  TEST_OPTIONS,
  toService,
} from "./test-objects.ts";
import type { TranslateOptions } from "./translate-options.ts";
import { Translator } from "./translator.ts";

const STICKY = { annotations: { "limpet.dev/affinity": "cookie" } };

function translator(options: Partial<TranslateOptions> = {}): Translator {
  return new Translator({ ...TEST_OPTIONS, ...options });
}

function changedNames(it: Translator, changes: readonly (ObjectChange | NameChange)[]): string[] {
  return [...it.apply(changes).changed.keys()].sort();
}

function hostOf(it: Translator, host: string): Host {
  const decoded = decodeHost(it.entries().get(`host/${host}`) ?? "");
  assert.ok(decoded.ok);
  return decoded.value;
}

function backendOf(it: Translator, id: string): Backend {
  const decoded = decodeBackend(it.entries().get(`backend/${id}`) ?? "");
  assert.ok(decoded.ok);
  return decoded.value;
}

function codesOf(it: Translator): string[] {
  return it.problems().map(({ code }) => code);
}

function addressesOf(it: Translator, id: string): string[] {
  return backendOf(it, id).endpoints.map(({ address }) => address);
}

const WEB = [service("web"), slice("web-1", "web", [endpoint("10.0.0.1"), endpoint("10.0.0.2")])];

/** So many Endpoints that nobody should build their ring for himself. */
const MANY = Array.from({ length: MOST_BUILT_ENDPOINTS + 1 }, (_, i) => endpoint(`10.1.${i >> 7}.${i & 127}`));
const LARGE = [service("web"), slice("web-1", "web", MANY)];

describe("the translator", () => {
  it("makes settings and slots of nothing at all", () => {
    const it = translator();
    assert.deepEqual(changedNames(it, []), ["settings", "slots"]);
    assert.ok(decodeSettings(it.entries().get("settings") ?? "").ok);
    assert.ok(decodeSlots(it.entries().get("slots") ?? "").ok);
    assert.deepEqual(changedNames(it, []), []);
  });

  it("changes just the entries that an object touches", () => {
    const it = translator();
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))], STICKY), ...WEB));
    assert.deepEqual(changedNames(it, set(ingress("other", [rule("b.example.com", path("/", "web"))]))), [
      "host/b.example.com",
    ]);
    assert.deepEqual(changedNames(it, set(slice("web-1", "web", [endpoint("10.0.0.1")]))), ["backend/default/web:80"]);
    assert.deepEqual(changedNames(it, set(ingress("other", [rule("b.example.com", path("/", "web"))]))), []);
  });

  it("has a ring for a large Backend alone", () => {
    const it = translator();
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))], STICKY), ...LARGE));
    assert.ok(it.entries().has("ring/default/web:80"));
    const fewer = set(slice("web-1", "web", MANY.slice(1)));
    assert.deepEqual(changedNames(it, fewer), ["backend/default/web:80", "ring/default/web:80"]);
    assert.ok(!it.entries().has("ring/default/web:80"));
  });

  it("leaves the ring alone when only a state changes", () => {
    const it = translator();
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))], STICKY), ...LARGE));
    const draining = endpoint("10.1.0.0", { ready: false, terminating: true });
    assert.deepEqual(changedNames(it, set(slice("web-1", "web", [draining, ...MANY.slice(1)]))), [
      "backend/default/web:80",
    ]);
  });

  it("takes an endpoint that drained and is ready again back, under the same pin", () => {
    const it = translator();
    const pod = (conditions: Parameters<typeof endpoint>[1]) =>
      set(slice("web-1", "web", [endpoint("10.0.0.1", { targetUid: "a", ...conditions }), endpoint("10.0.0.2")]));
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))], STICKY), service("web")));
    it.apply(pod({}));
    const before = backendOf(it, "default/web:80");
    it.apply(pod({ ready: false, terminating: true }));
    const draining = backendOf(it, "default/web:80");
    assert.deepEqual([draining.endpoints[0]?.state, draining.pins], ["draining", before.pins]);
    it.apply(pod({}));
    assert.deepEqual(backendOf(it, "default/web:80"), before);
  });

  it("has a ring only while somebody asks for affinity", () => {
    const it = translator();
    const plain = ingress("web", [rule("a.example.com", path("/", "web"))]);
    it.apply(set(plain, ...LARGE));
    assert.ok(!it.entries().has("ring/default/web:80"));
    it.apply(set({ ...plain, metadata: { ...plain.metadata, ...STICKY } }));
    assert.ok(it.entries().has("ring/default/web:80"));
    assert.deepEqual(changedNames(it, set(plain)), ["host/a.example.com", "ring/default/web:80"]);
    assert.ok(!it.entries().has("ring/default/web:80"));
  });

  it("forgets a Backend that nobody uses", () => {
    const it = translator();
    const web = ingress("web", [rule("a.example.com", path("/", "web"))], STICKY);
    it.apply(set(web, ...LARGE));
    const { changed } = it.apply([deleted(web)]);
    assert.deepEqual([...changed].sort(), [
      ["backend/default/web:80", undefined],
      ["host/a.example.com", undefined],
      ["ring/default/web:80", undefined],
    ]);
    assert.deepEqual(it.backends(), []);
    assert.deepEqual(it.routes(), []);
  });

  it("serves a Service that comes after its Ingress, and says meanwhile what is missing", () => {
    const it = translator();
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))])));
    assert.deepEqual(codesOf(it), ["service/missing"]);
    assert.deepEqual(backendOf(it, "default/web:80").endpoints, []);
    it.apply(set(service("web", {}, { ports: [] })));
    assert.deepEqual(codesOf(it), ["service/port-missing"]);
    it.apply(set(service("web")));
    assert.deepEqual(codesOf(it), ["service/no-endpoints"]);
    it.apply(set(...WEB));
    assert.deepEqual(codesOf(it), []);
    assert.equal(backendOf(it, "default/web:80").endpoints.length, 2);
    it.apply([deleted(service("web"))]);
    assert.deepEqual(codesOf(it), ["service/missing"]);
  });

  it("follows a slice that moves to another Service", () => {
    const it = translator();
    const rules = [rule("a.example.com", path("/", "web"), path("/api", "api"))];
    it.apply(set(ingress("web", rules), service("web"), service("api"), slice("s", "web", [endpoint("10.0.0.1")])));
    it.apply(set(slice("s", "api", [endpoint("10.0.0.1")])));
    assert.equal(backendOf(it, "default/web:80").endpoints.length, 0);
    assert.equal(backendOf(it, "default/api:80").endpoints.length, 1);
  });

  it("picks up Ingresses when their IngressClass comes, changes and goes", () => {
    const it = translator();
    const web = ingress("web", [rule("a.example.com", path("/", "web"))], {}, { ingressClassName: "sticky" });
    it.apply(set(web, ...WEB));
    assert.equal(it.routes().length, 0);
    it.apply(set(ingressClass("sticky", "k8s.io/ingress-nginx")));
    assert.equal(it.routes().length, 1);
    it.apply(set(ingressClass("sticky", "example.com/other")));
    assert.equal(it.routes().length, 0);
    it.apply([deleted(ingressClass("sticky", ""))]);
    assert.equal(it.routes().length, 0);
    assert.match(JSON.stringify(it.select(web)), /no IngressClass sticky/);
  });

  it("takes another status of an Ingress in, and translates nothing again", () => {
    const translator = new Translator(TEST_OPTIONS);
    const seen = (resourceVersion: string, ...ips: readonly string[]) =>
      ingress(
        "web",
        [rule("a.example.com", path("/", "web"))],
        {},
        { observed: { resourceVersion, loadBalancer: ips.map((ip) => ({ ip })) } },
      );
    translator.apply(set(seen("1"), service("web")));
    const { changed, ingresses } = translator.apply(set(seen("2", "192.0.2.1")));
    assert.deepEqual([...changed], []);
    assert.deepEqual(ingresses, ["default/web"]);
    assert.deepEqual(translator.ours("default/web")?.observed?.loadBalancer, [{ ip: "192.0.2.1" }]);
    const other = { ...seen("3", "192.0.2.1"), rules: [rule("b.example.com", path("/", "web"))] };
    assert.equal(
      translator.apply(set(other)).changed.size,
      2,
      "a change of its rules counts, beside one of its status",
    );
    const foreign = { ...other, ingressClassName: "other" };
    assert.deepEqual(translator.apply(set(foreign)).ingresses, ["default/web"]);
    assert.equal(translator.ours("default/web"), undefined);
  });

  it("gives a path back to the younger Ingress when the older one leaves", () => {
    const it = translator();
    const older = ingress("older", [rule("a.example.com", path("/", "web"))], { createdAt: 1 });
    const younger = ingress("younger", [rule("a.example.com", path("/", "web"))], { createdAt: 2 });
    it.apply(set(younger, older, ...WEB));
    assert.equal(hostOf(it, "a.example.com").routes[0]?.ingress, "default/older");
    assert.deepEqual(codesOf(it), ["route/duplicate-path"]);
    it.apply([deleted(older)]);
    assert.equal(hostOf(it, "a.example.com").routes[0]?.ingress, "default/younger");
    assert.deepEqual(codesOf(it), []);
  });

  it("remembers the pins of Endpoints that left, the newest first, and forgets those that return", () => {
    const it = translator();
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))], STICKY), ...WEB));
    const [first, second] = backendOf(it, "default/web:80").pins;
    it.apply(set(slice("web-1", "web", [endpoint("10.0.0.1")])));
    assert.deepEqual(backendOf(it, "default/web:80").departed, [second]);
    it.apply(set(slice("web-1", "web", [])));
    assert.deepEqual(backendOf(it, "default/web:80").departed, [first, second]);
    it.apply(set(slice("web-1", "web", [endpoint("10.0.0.2")])));
    assert.deepEqual(backendOf(it, "default/web:80").departed, [first]);
  });

  it("remembers only so many of them", () => {
    const it = translator();
    const many = Array.from({ length: 200 }, (_, i) => endpoint(`10.0.1.${i}`));
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))]), service("web"), slice("s", "web", many)));
    it.apply(set(slice("s", "web", [])));
    assert.equal(backendOf(it, "default/web:80").departed.length, 64);
  });

  it("gives with other keys what one from scratch gives with them, and touches no other entries", () => {
    const it = translator();
    const objects = set(...WEB, ingress("web", [rule("a.test", path("/", "web"))], STICKY));
    it.apply(objects);
    const current = Buffer.alloc(32, 8);
    const keys = { current, former: TEST_OPTIONS.keys.current };
    const { changed } = it.rekey(keys);
    assert.deepEqual([...changed.keys()].sort(), ["backend/default/web:80", "slots"]);
    const scratch = translator({ keys });
    scratch.apply(objects);
    assert.deepEqual(it.entries(), scratch.entries());
    const next = set(slice("web-1", "web", [endpoint("10.0.0.2"), endpoint("10.0.0.3")]));
    it.apply(next);
    scratch.apply(next);
    assert.deepEqual(it.entries(), scratch.entries());
  });

  it("takes other keys before there is anything", () => {
    const it = translator();
    assert.equal(it.rekey({ current: Buffer.alloc(32, 8) }).changed.size, 0);
    assert.deepEqual(changedNames(it, []), ["settings", "slots"]);
  });

  it("keeps the server-wide default backend up to date", () => {
    const it = translator({ defaultBackendService: "default/web" });
    const settings = () => decodeSettings(it.entries().get("settings") ?? "");
    it.apply([]);
    assert.deepEqual(codesOf(it), ["service/default-backend-missing"]);
    it.apply(set(...WEB));
    assert.deepEqual(codesOf(it), []);
    assert.match(JSON.stringify(settings()), /"defaultBackend":"default\/web:80"/);
    it.apply(set(slice("web-1", "web", [])));
    assert.doesNotMatch(JSON.stringify(settings()), /defaultBackend/);
    it.apply([deleted(service("web"))]);
    assert.ok(!it.entries().has("backend/default/web:80"));
  });

  it("shows Routes and Backends with where they came from, without cookie values", () => {
    const it = translator();
    const origin = { file: "web.yaml", line: 7 };
    const object = ingress("web", [rule("a.example.com", path("/", "web"))], STICKY);
    it.apply([{ type: "set", object, origin }, ...set(...WEB)]);
    assert.deepEqual(it.routes()[0]?.origin, origin);
    assert.equal(it.routes()[0]?.route.host, "a.example.com");
    const [view] = it.backends();
    assert.equal(view?.service, "default/web");
    assert.equal(view?.affinity, true);
    const { pins } = backendOf(it, "default/web:80");
    for (const pin of pins) assert.ok(!JSON.stringify(it.backends()).includes(pin));
  });

  it("keeps text outside ASCII byte for byte", () => {
    const it = translator();
    it.apply(set(ingress("web", [rule("a.example.com", path("/straße", "web"))]), ...WEB));
    const text = hostOf(it, "a.example.com").routes[0]?.path ?? "";
    assert.equal(fromByteString(text), "/straße");
    for (const [name, bytes] of it.entries())
      assert.ok(Buffer.byteLength(name + bytes, "latin1") === (name + bytes).length);
  });

  it("closes the Routes of an Ingress whose guards cannot be had", () => {
    const it = translator();
    const guarded = { annotations: { "limpet.dev/auth-snippet": "deny all;", "limpet.dev/affinity": "cookie" } };
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))], guarded), ...WEB));
    const [route] = hostOf(it, "a.example.com").routes;
    assert.equal(route?.backend, "closed");
    assert.equal(route?.affinity, undefined);
    assert.deepEqual(backendOf(it, "closed").endpoints, []);
    assert.ok(!it.entries().has("backend/default/web:80"));
    it.apply(set(ingress("web", [rule("a.example.com", path("/", "web"))]), ...WEB));
    assert.ok(!it.entries().has("backend/closed"));
  });

  it("serves everybody else beside an object that is all wrong", () => {
    const it = translator();
    const good = Array.from({ length: 999 }, (_, i) =>
      ingress(`good-${i}`, [rule(`h${i}.example.com`, path("/", "web"))]),
    );
    const bad = ingress(
      "bad",
      [
        rule("_", path("/", "web")),
        rule("h1.example.com", path("no-slash", "../x"), path("/", "\0"), path("/\r\nSet-Cookie: a=b", "web")),
        rule("x".repeat(100_000), path("/", "web")),
      ],
      {
        createdAt: 9,
        annotations: {
          "limpet.dev/affinity": "cookie",
          "limpet.dev/session-cookie-path": "a;b",
          "limpet.dev/__proto__": "x",
        },
      },
      { ingressClassName: "nginx", defaultBackend: { kind: "resource" } },
    );
    it.apply(set(...good, bad, ...WEB, slice("odd", "web", [endpoint("not an address")])));
    for (let i = 0; i < good.length; i++) {
      const root = hostOf(it, `h${i}.example.com`).routes.find((route) => route.path === "/");
      assert.equal(root?.ingress, `default/good-${i}`);
    }
    assert.ok(!it.entries().has("host/_"));
    assert.ok(codesOf(it).includes("route/host-not-valid"));
    assert.ok(codesOf(it).includes("service/address-not-ip"));
  });
});

describe("the translator and names", () => {
  const rules = [rule("a.example.com", path("/", "one"), path("/two", "two"))];
  const one = (name: string) => externalService("one", name);
  const two = (name: string) => externalService("two", name);

  it("asks for the names that Routes use, and for each once", () => {
    const it = translator();
    it.apply(set(one("a.test"), two("b.test")));
    assert.deepEqual([...it.names()], []);
    const web = ingress("web", rules);
    it.apply(set(web));
    assert.deepEqual([...it.names()], ["a.test", "b.test"]);
    const before = it.names();
    it.apply(set(...WEB));
    assert.equal(it.names(), before);
    it.apply(set(two("a.test")));
    assert.deepEqual([...it.names()], ["a.test"]);
    it.apply([deleted(web)]);
    assert.deepEqual([...it.names()], []);
  });

  it("asks for those of URLs too, and keeps the Backend as long as some Route leads there", () => {
    const mirror = { annotations: { "limpet.dev/mirror-target": "http://a.test:81" } };
    const it = translator();
    const web = ingress("web", rules, mirror);
    it.apply(set(...WEB, web, ingress("other", [rule("b.example.com", path("/", "web"))], mirror)));
    assert.deepEqual([...it.names()], ["a.test"]);
    assert.deepEqual(changedNames(it, [resolved("a.test", "192.0.2.1")]), ["backend/http://a.test:81"]);
    assert.deepEqual(addressesOf(it, "http://a.test:81"), ["192.0.2.1"]);
    it.apply([deleted(web)]);
    assert.deepEqual([...it.names()], ["a.test"]);
    it.apply(set(ingress("other", [rule("b.example.com", path("/", "web"))])));
    assert.deepEqual([...it.names()], []);
    assert.equal(it.entries().has("backend/http://a.test:81"), false);
  });

  it("changes just the Backends of a name when it leads elsewhere, and nothing when nobody uses it", () => {
    const it = translator();
    it.apply(set(ingress("web", rules), one("a.test"), two("b.test")));
    assert.deepEqual(changedNames(it, [resolved("a.test", "192.0.2.1", "192.0.2.2")]), ["backend/default/one:80"]);
    assert.deepEqual(changedNames(it, [resolved("a.test", "192.0.2.1", "192.0.2.2")]), []);
    assert.deepEqual(changedNames(it, [resolved("c.test", "192.0.2.1")]), []);
  });

  it("keeps the pins of addresses that stay, and remembers those of the ones that leave", () => {
    const it = translator();
    it.apply(set(ingress("web", rules, STICKY), one("a.test")));
    it.apply([resolved("a.test", "192.0.2.1", "192.0.2.2")]);
    const [first, second] = backendOf(it, "default/one:80").pins;
    it.apply([resolved("a.test", "192.0.2.0", "192.0.2.2")]);
    assert.equal(backendOf(it, "default/one:80").pins[1], second);
    assert.deepEqual(backendOf(it, "default/one:80").departed, [first]);
  });

  it("leaves a Backend as it is until its new name has been looked up", () => {
    const it = translator();
    it.apply(set(ingress("web", rules), service("one"), slice("one-1", "one", [endpoint("10.0.0.1")]), two("b.test")));
    it.apply(set(one("a.test")));
    assert.deepEqual(addressesOf(it, "default/one:80"), ["10.0.0.1"]);
    it.apply([resolved("a.test", "192.0.2.1")]);
    assert.deepEqual(addressesOf(it, "default/one:80"), ["192.0.2.1"]);
    it.apply(set(one("c.test")));
    assert.deepEqual(addressesOf(it, "default/one:80"), ["192.0.2.1"]);
    it.apply([{ type: "resolved", name: "c.test", resolved: { ipv4: [], ipv6: [], failure: "x" } }]);
    assert.deepEqual(addressesOf(it, "default/one:80"), []);
    assert.deepEqual(codesOf(it), ["service/external-name-unresolved"]);
    it.apply(set(service("one")));
    assert.deepEqual(addressesOf(it, "default/one:80"), ["10.0.0.1"]);
  });

  it("knows a name still when it passes from one Service to another, and no longer when it was gone", () => {
    const it = translator();
    it.apply(set(ingress("web", rules), one("a.test"), two("b.test")));
    it.apply([resolved("a.test", "192.0.2.1"), resolved("b.test", "192.0.2.2")]);
    it.apply(set(one("b.test"), two("a.test")));
    assert.deepEqual(addressesOf(it, "default/one:80"), ["192.0.2.2"]);
    assert.deepEqual(addressesOf(it, "default/two:80"), ["192.0.2.1"]);
    it.apply([deleted(two("a.test"))]);
    it.apply(set(two("a.test")));
    assert.deepEqual(addressesOf(it, "default/two:80"), []);
    it.apply([resolved("a.test", "192.0.2.9")]);
    assert.deepEqual(addressesOf(it, "default/two:80"), ["192.0.2.9"]);
  });
});

const HOSTS = ["a.example.com", "b.example.com", "*.example.com", ""];
const PATHS = ["/", "/a", "/a/b", ""];
const SERVICES = ["one", "two"];
const ANNOTATIONS: readonly Readonly<Record<string, string>>[] = [
  {},
  { "limpet.dev/affinity": "cookie" },
  {
    "limpet.dev/affinity": "cookie",
    "limpet.dev/affinity-mode": "persistent",
    "limpet.dev/session-cookie-max-age": "1h",
  },
  { "limpet.dev/auth-url": "https://auth.example.com" },
  { "limpet.dev/canary": "true" },
  { "limpet.dev/mirror-target": "http://a.test$request_uri", "limpet.dev/upstream-hash-by": "$host" },
  { "limpet.dev/mirror-target": "http://10.0.0.9:81", "limpet.dev/service-upstream": "true" },
];

const arbitraryPath = fc
  .tuple(
    fc.constantFrom(...PATHS),
    fc.constantFrom(...SERVICES),
    fc.constantFrom("Exact", "Prefix", "ImplementationSpecific"),
  )
  .map(([text, name, type]) => path(text, name, type as "Exact"));

describe("newcomers to a Backend", () => {
  const sticky = ingress("web", [rule("a.test", path("/", "web"))], STICKY);
  const pods = (...addresses: readonly string[]) =>
    set(
      slice(
        "web-1",
        "web",
        addresses.map((address) => endpoint(address, { targetUid: address })),
      ),
    );
  const statesOf = (it: Translator) => backendOf(it, "default/web:80").endpoints.map(({ state }) => state);

  function started(delay = 1000): { readonly it: Translator; readonly clock: FakeClock } {
    const clock = new FakeClock();
    const it = translator({ join: { delay, now: clock.now } });
    it.apply([...set(sticky, service("web")), ...pods("10.0.0.1", "10.0.0.2")]);
    return { it, clock };
  }

  it("join first, and are ready when it is time, without another change", async () => {
    const { it, clock } = started();
    assert.deepEqual([statesOf(it), it.wakeAt()], [["ready", "ready"], undefined]);
    it.apply(pods("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    assert.deepEqual([statesOf(it), it.wakeAt()], [["ready", "ready", "joining"], 1000]);
    await clock.advance(999);
    assert.deepEqual(changedNames(it, []), []);
    await clock.advance(1);
    assert.deepEqual(changedNames(it, []), ["backend/default/web:80"]);
    assert.deepEqual([statesOf(it), it.wakeAt()], [["ready", "ready", "ready"], undefined]);
  });

  it("are nobody when keys are exchanged", () => {
    const { it } = started();
    const before = backendOf(it, "default/web:80").pins;
    it.rekey({ current: Buffer.alloc(32, 8) });
    assert.deepEqual([statesOf(it), it.wakeAt()], [["ready", "ready"], undefined]);
    assert.notDeepEqual(backendOf(it, "default/web:80").pins, before);
  });

  it("are waited for no longer when the Backend is gone", () => {
    const { it } = started();
    it.apply(pods("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    it.apply([deleted(sticky)]);
    assert.equal(it.wakeAt(), undefined);
  });

  it("are ready at once without a delay", () => {
    const { it } = started(0);
    it.apply(pods("10.0.0.1", "10.0.0.3"));
    assert.deepEqual([statesOf(it), it.wakeAt()], [["ready", "ready"], undefined]);
  });
});

describe("a Backend that an earlier run published", () => {
  it("still knows which Endpoints have left", () => {
    const objects = set(ingress("web", [rule("a.test", path("/", "web"))], STICKY), service("web"));
    const pods = (...addresses: readonly string[]) =>
      set(
        slice(
          "web-1",
          "web",
          addresses.map((address) => endpoint(address)),
        ),
      );
    const first = translator();
    first.apply([...objects, ...pods("10.0.0.1", "10.0.0.2")]);
    const stored = new StoredBackends(first.entries());
    const second = translator({ stored: (id) => stored.take(id) });
    second.apply([...objects, ...pods("10.0.0.2")]);
    const [left] = backendOf(first, "default/web:80").pins;
    assert.deepEqual(backendOf(second, "default/web:80").departed, [left]);
    assert.equal(stored.take("default/web:80"), undefined);
  });
});

const arbitraryIngress = fc
  .record({
    name: fc.constantFrom("a", "b", "c", "d"),
    rules: fc.array(
      fc.oneof(
        fc
          .tuple(fc.constantFrom(...HOSTS), fc.array(arbitraryPath, { maxLength: 3 }))
          .map(([host, paths]) => rule(host, ...paths)),
        fc.constantFrom(...HOSTS).map((host) => ({ host })),
      ),
      { maxLength: 3 },
    ),
    createdAt: fc.nat(2),
    annotations: fc.constantFrom(...ANNOTATIONS),
    className: fc.constantFrom("nginx", "other"),
    fallback: fc.option(fc.constantFrom(...SERVICES)),
  })
  .map(({ name, rules, createdAt, annotations, className, fallback }) => {
    const defaultBackend = fallback === null ? {} : { defaultBackend: toService(fallback) };
    return ingress(name, rules, { createdAt, annotations }, { ingressClassName: className, ...defaultBackend });
  });

const arbitraryEndpoint = fc
  .tuple(fc.nat(5), fc.boolean(), fc.boolean(), fc.constantFrom("", "pod-1", "pod-2"))
  .map(([last, ready, terminating, targetUid]) => endpoint(`10.0.0.${last}`, { ready, terminating, targetUid }));

const arbitraryObject: fc.Arbitrary<KubernetesObject> = fc.oneof(
  { weight: 3, arbitrary: arbitraryIngress },
  fc.constantFrom("k8s.io/ingress-nginx", "example.com/x").map((controller) => ingressClass("other", controller)),
  fc
    .tuple(fc.constantFrom(...SERVICES), fc.constantFrom("", "uid-1", "uid-2"))
    .map(([name, uid]) => service(name, { uid })),
  fc
    .tuple(
      fc.constantFrom("s1", "s2", "s3"),
      fc.constantFrom(...SERVICES),
      fc.array(arbitraryEndpoint, { maxLength: 4 }),
    )
    .map(([name, of, endpoints]) => slice(name, of, endpoints)),
  fc
    .tuple(fc.constantFrom(...SERVICES), fc.constantFrom("a.test", "b.test", "localhost", "192.0.2.1"))
    .map(([name, externalName]) => externalService(name, externalName)),
);

const arbitraryChange = fc
  .tuple(arbitraryObject, fc.nat(3))
  .map(([object, dice]): ObjectChange => (dice === 0 ? deleted(object) : { type: "set", object }));

const arbitraryResolved = fc
  .tuple(fc.constantFrom("a.test", "b.test"), fc.nat(3))
  .map(([name, last]) => resolved(name, `192.0.2.${last}`));

const arbitraryBatch = fc.array(
  fc.oneof({ weight: 5, arbitrary: arbitraryChange }, { weight: 1, arbitrary: arbitraryResolved }),
  { maxLength: 4 },
);

/** In the end every name has been looked up: until then a Backend may be what it was. */
function resolveAll(it: Translator): ReturnType<Translator["apply"]> {
  return it.apply([...it.names()].map((name) => resolved(name, name === "a.test" ? "192.0.2.8" : "192.0.2.9")));
}

/** Entries without what only history knows. */
function comparable(it: Translator): Record<string, string> {
  const entries = [...it.entries()].map(([name, bytes]) => [name, bytes.replace(/8:departed\[.*$/s, "")]);
  return Object.fromEntries(entries);
}

/** What is there after the changes, in an order of its own. */
function remaining(changes: readonly (ObjectChange | NameChange)[]): KubernetesObject[] {
  const objects = new Map<string, KubernetesObject>();
  for (const change of changes) {
    if (change.type === "resolved") continue;
    const { kind, name } = change.type === "set" ? { ...change.object, name: change.object.metadata.name } : change;
    objects.delete(`${kind} ${name}`);
    if (change.type === "set") objects.set(`${kind} ${name}`, change.object);
  }
  return [...objects.values()].reverse();
}

describe("a translation step by step", () => {
  it("gives what one from scratch gives, entries and Problems alike", () => {
    const seal = { defaultBackendService: "default/two" };
    fc.assert(
      fc.property(fc.array(arbitraryBatch, { maxLength: 8 }), (batches) => {
        const stepwise = translator(seal);
        const mirror = new Map<string, string>();
        for (const batch of batches) {
          for (const [name, bytes] of stepwise.apply(batch).changed) {
            assert.notEqual(mirror.get(name), bytes);
            if (bytes === undefined) mirror.delete(name);
            else mirror.set(name, bytes);
          }
        }
        const atOnce = translator(seal);
        atOnce.apply(set(...remaining(batches.flat())));
        stepwise.apply([]);
        assert.deepEqual([...stepwise.names()].sort(), [...atOnce.names()].sort());
        resolveAll(atOnce);
        for (const [name, bytes] of resolveAll(stepwise).changed) {
          if (bytes === undefined) mirror.delete(name);
          else mirror.set(name, bytes);
        }
        assert.deepEqual(comparable(stepwise), comparable(atOnce));
        assert.deepEqual(stepwise.problems(), atOnce.problems());
        if (batches.length > 0) assert.deepEqual(mirror, new Map(stepwise.entries()));
      }),
      { numRuns: 60 },
    );
  });
});
