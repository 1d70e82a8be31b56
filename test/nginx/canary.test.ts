import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cookieOf, type Reply, type RequestOptions } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, type PathSpec, service, slices, sticky } from "../support/manifests.ts";

type Annotations = Readonly<Record<string, string>>;

/** A main Ingress and its canary, both on a host of their own. */
function pair(name: string, canary: Annotations, main: Annotations = {}, path = "/info"): Manifest[] {
  const host = `${name}.test`;
  return [
    ingress({ name: `${name}-main`, host, annotations: main, paths: [{ path, service: "web" }] }),
    canaryOf(name, canary, [{ path, service: "next" }]),
  ];
}

function canaryOf(name: string, annotations: Annotations, paths: readonly PathSpec[], createdAt?: string): Manifest {
  const spec = { host: `${name}.test`, paths, annotations: { canary: "true", ...annotations } };
  return ingress({ name: `${name}-canary`, ...spec, ...(createdAt === undefined ? {} : { createdAt }) });
}

const BY_HEADER = { "canary-by-header": "CanaryByHeader" };
const BY_COOKIE = { "canary-by-cookie": "Canary-By-Cookie" };
const AFF = sticky({ "session-cookie-name": "aff" });
const PERSISTENT = { ...AFF, "affinity-mode": "persistent" };
const YES = { "canary-by-header": "X-Canary", "canary-by-header-value": "yes", "canary-weight": "1" };

const FIXED: readonly Manifest[] = [
  ...pair("header", BY_HEADER),
  ...pair("value", { ...BY_HEADER, "canary-by-header-value": "DoCanary" }),
  ...pair("pattern", { ...BY_HEADER, "canary-by-header-pattern": "^Do[A-Z][a-z]+y$" }),
  ...pair("both", {
    ...BY_HEADER,
    "canary-by-header-value": "DoCanary",
    "canary-by-header-pattern": "^Do[A-Z][a-z]+y$",
  }),
  ...pair("slow", { ...BY_HEADER, "canary-by-header-pattern": "^(a+)+$", "canary-weight": "100" }),
  ...pair("value-cookie", { ...BY_HEADER, ...BY_COOKIE, "canary-by-header-value": "DoCanary" }),
  ...pair("cookie", BY_COOKIE),
  ...pair("none", { "canary-weight": "0" }),
  ...pair("all", { "canary-weight": "100" }),
  ...pair("all-of-1000", { "canary-weight": "1000", "canary-weight-total": "1000" }),
  ...pair("half", { "canary-weight": "50" }),
  ...pair("half-of-200", { "canary-weight": "100", "canary-weight-total": "200" }),
  ...pair("small-total", { "canary-weight": "5", "canary-weight-total": "10" }),
  ...pair("without-affinity", { affinity: "cookie", "canary-weight": "50" }),
  ...pair("balanced", YES, AFF),
  ...pair("persistent", YES, PERSISTENT),
  ...pair("lasting", YES, { ...AFF, "session-cookie-max-age": "3600" }),
  ...pair("legacy", { ...YES, "canary-weight": "50", "affinity-canary-behavior": "legacy" }, AFF),
  ...pair("explicit", { ...BY_HEADER, ...BY_COOKIE }, AFF),
  ...pair("two-paths", BY_HEADER),
  ingress({
    name: "ordinary",
    host: "ordinary.test",
    annotations: { canary: "false", "canary-weight": "50" },
    paths: [{ path: "/info", service: "next" }],
  }),
  canaryOf("without-main", { ...BY_HEADER, "canary-weight": "100" }, [{ path: "/info", service: "next" }]),
  ...pair("other-paths", { "canary-weight": "100" }).slice(0, 1),
  canaryOf("other-paths", { "canary-weight": "100" }, [
    { path: "/foo", service: "next" },
    { path: "/bar", service: "web" },
  ]),
];

describe("a canary", () => {
  let limpet: Limpet;
  let mains: TestEndpoint[];
  let canaries: TestEndpoint[];

  const ask = (name: string, options: RequestOptions = {}): Promise<Reply> =>
    limpet.send({ host: `${name}.test`, path: "/info", ...options });
  const withHeader = (name: string, value: string, options: RequestOptions = {}) =>
    ask(name, { ...options, headers: { CanaryByHeader: value } });
  const onCanary = (reply: Reply) => canaries.some(({ name }) => name === reply.endpoint);

  async function assertCanary(reply: Promise<Reply>, what: string): Promise<Reply> {
    const it = await reply;
    assert.ok(it.status === 200 && onCanary(it), `${what}: ${it.status} from ${it.endpoint}`);
    return it;
  }

  async function assertMain(reply: Promise<Reply>, what: string): Promise<Reply> {
    const it = await reply;
    assert.ok(it.status === 200 && !onCanary(it), `${what}: ${it.status} from ${it.endpoint}`);
    return it;
  }

  /** How many of so many requests without a cookie the canary gets. */
  async function countCanary(name: string, requests: number): Promise<number> {
    let count = 0;
    for (let i = 0; i < requests; i++) if (onCanary(await ask(name))) count++;
    return count;
  }

  const backends = (main: readonly TestEndpoint[] = mains, next: readonly TestEndpoint[] = canaries): Manifest[] => [
    service("web"),
    service("next"),
    ...slices(main, "web"),
    ...slices(next, "next"),
  ];

  /** Further Ingresses, beside those that stay as they are. */
  const apply = (ingresses: readonly Manifest[]) => limpet.apply(ingresses, "more.json");

  before(async () => {
    mains = await Promise.all(["main-0", "main-1"].map((name) => startEndpoint(name)));
    canaries = await Promise.all(["canary-0", "canary-1"].map((name) => startEndpoint(name)));
    limpet = await Limpet.start([...FIXED, ...backends()], { workers: 2 });
  });

  after(async () => {
    await limpet?.stop();
    await Promise.all([...mains, ...canaries].map((endpoint) => endpoint.kill()));
  });

  describe("is chosen", () => {
    it("by a header that says so", async () => {
      await assertCanary(withHeader("header", "always"), "always");
      for (const value of ["never", "badheadervalue", "Always"]) await assertMain(withHeader("header", value), value);
      await assertMain(ask("header"), "no header");
    });

    it("by a header of the value that is asked for", async () => {
      await assertCanary(withHeader("value", "DoCanary"), "DoCanary");
      for (const value of ["always", "never", "other", "docanary"]) await assertMain(withHeader("value", value), value);
    });

    it("by a header that a pattern finds something in, unless there is a value", async () => {
      await assertCanary(withHeader("pattern", "DoCanary"), "DoCanary");
      for (const value of ["Docanary", "always"]) await assertMain(withHeader("pattern", value), value);
      await assertCanary(withHeader("both", "DoCanary"), "the value");
      await assertMain(withHeader("both", "DoCananry"), "the pattern beside the value");
    });

    it("not by a pattern that takes forever: then nothing else is asked", async () => {
      await assertCanary(ask("slow"), "the weight alone");
      await assertMain(withHeader("slow", `${"a".repeat(60)}b`), "the header");
    });

    it("by a cookie, where no header says anything", async () => {
      for (let i = 0; i < 50; i++) {
        await assertCanary(ask("cookie", { cookie: "Canary-By-Cookie=always" }), "always");
        await assertMain(ask("cookie", { cookie: "Canary-By-Cookie=never" }), "never");
        await assertMain(ask("cookie", { cookie: "Canary-By-Cookie=badcookievalue" }), "another value");
      }
      await assertCanary(ask("cookie", { cookie: "a=b; canary-by-cookie=always" }), "another case");
      const both = withHeader("value-cookie", "other", { cookie: "Canary-By-Cookie=always" });
      await assertCanary(both, "the header mismatches");
    });

    it("by weight", async () => {
      assert.equal(await countCanary("none", 50), 0);
      assert.equal(await countCanary("all", 50), 50);
      assert.equal(await countCanary("all-of-1000", 50), 50);
      for (const name of ["half", "half-of-200"]) {
        const count = await countCanary(name, 200);
        assert.ok(count >= 80 && count <= 120, `${name}: ${count}`);
      }
      const few = await countCanary("small-total", 200);
      assert.ok(few >= 4 && few <= 20, `a total of 10 is one of 100: ${few}`);
    });

    it("never by the cookie of an empty name", async () => {
      await assertMain(ask("none", { cookie: "=always" }), "=always");
    });
  });

  describe("has the sessions of its clients", () => {
    for (const name of ["balanced", "persistent", "lasting"]) {
      it(`: ${name}`, async () => {
        const first = await assertCanary(ask(name, { headers: { "X-Canary": "yes" } }), "the header");
        const cookie = cookieOf(first);
        assert.match(cookie, /^aff=[\w-]{32}(\.\d{10})?$/);
        for (let i = 0; i < 50; i++) {
          const next = await assertCanary(ask(name, { cookie }), "the cookie");
          assert.deepEqual([next.endpoint, next.setCookies], [first.endpoint, []]);
        }
      });
    }

    it("while a client of the main stays there, whatever it asks for", async () => {
      for (const name of ["explicit", "legacy"]) {
        let reply = await ask(name);
        while (onCanary(reply)) reply = await ask(name);
        const cookie = cookieOf(reply);
        assert.match(cookie, /^aff=[\w-]{16}$/);
        const headers = { CanaryByHeader: "always", "X-Canary": "yes" };
        await assertMain(ask(name, { cookie, headers }), `${name}: header`);
        await assertMain(ask(name, { cookie: `${cookie}; Canary-By-Cookie=always` }), `${name}: cookie`);
      }
    });

    it("beside a cookie that says never", async () => {
      const cookie = cookieOf(await assertCanary(withHeader("explicit", "always"), "always"));
      await assertCanary(ask("explicit", { cookie: `${cookie}; Canary-By-Cookie=never` }), "never");
    });

    it("but none when it is legacy", async () => {
      const forced = await assertCanary(ask("legacy", { headers: { "X-Canary": "yes" } }), "the header");
      assert.deepEqual(forced.setCookies, []);
      const count = await countCanary("legacy", 100);
      assert.ok(count >= 40 && count <= 60, String(count));
    });

    it("but none when the main has none", async () => {
      for (let i = 0; i < 20; i++) assert.deepEqual((await ask("without-affinity")).setCookies, []);
    });

    it("and takes no mark that somebody made up", async () => {
      const cookie = cookieOf(await assertMain(ask("explicit"), "the main"));
      const forged = await assertMain(ask("explicit", { cookie: `${cookie}AAAAAAAAAAAAAAAA` }), "a mark");
      assert.match(cookieOf(forged), /^aff=[\w-]{16}$/, "replaced");
    });
  });

  describe("belongs to a main", () => {
    it("and without one there is nothing", async () => {
      const reply = await withHeader("without-main", "always");
      assert.equal(reply.status, 404);
    });

    it("on the very path: others change nothing", async () => {
      await assertMain(ask("other-paths"), "the main's path");
      assert.equal((await ask("other-paths", { path: "/foo" })).status, 404);
    });

    it("unless it is switched off: then it is an ordinary Ingress", async () => {
      for (let i = 0; i < 20; i++) await assertCanary(ask("ordinary"), "all requests");
    });

    it("whichever of them came first", async () => {
      const [main, canary] = pair("order", BY_HEADER) as [Manifest, Manifest];
      await apply([main]);
      await apply([main, canary]);
      await assertCanary(withHeader("order", "always"), "the main first");
      await apply([]);
      await limpet.write([canary], "more.json");
      const alone = async () => (await limpet.admin("/api/v1/problems")).body.includes("default/order-canary");
      await limpet.eventually("the canary alone", alone);
      await apply([main, canary]);
      await assertCanary(withHeader("order", "always"), "the canary first");
      await assertMain(withHeader("order", "never"), "never");
    });

    it("and follows what either says now", async () => {
      await apply(pair("changing", BY_HEADER));
      await apply(pair("changing", { "canary-by-header": "CanaryByHeader2" }));
      await assertMain(withHeader("changing", "always"), "the former name");
      await assertCanary(ask("changing", { headers: { CanaryByHeader2: "always" } }), "the new name");
      await apply(pair("changing", { "canary-by-header": "CanaryByHeader2" }, AFF));
      await assertCanary(ask("changing", { headers: { CanaryByHeader2: "always" } }), "after an unrelated change");
    });

    it("which has one canary: the older", async () => {
      const [main] = pair("rivals", {}) as [Manifest];
      const paths = [{ path: "/info", service: "next" }];
      const older = canaryOf("rivals", { "canary-weight": "0" }, paths, "2025-01-01T00:00:00Z");
      const rival = ingress({
        name: "rival",
        host: "rivals.test",
        paths,
        annotations: { canary: "true", "canary-weight": "100" },
        createdAt: "2026-01-01T00:00:00Z",
      });
      await apply([main, rival, older]);
      assert.equal(await countCanary("rivals", 20), 0);
      assert.match((await limpet.admin("/api/v1/problems")).body, /canary\/second/);
    });
  });

  describe("keeps its clients", () => {
    it("when its weight falls to nothing; new ones go to the main", async () => {
      await apply(pair("falling", { "canary-weight": "100" }, AFF));
      const cookie = cookieOf(await assertCanary(ask("falling"), "all of them"));
      await apply(pair("falling", { "canary-weight": "0" }, AFF));
      for (let i = 0; i < 20; i++) {
        await assertCanary(ask("falling", { cookie }), "bound");
        await assertMain(ask("falling"), "new");
      }
    });

    for (const [mode, main] of Object.entries({ balanced: AFF, persistent: PERSISTENT })) {
      it(`until it goes: then the main has them for good (${mode})`, async () => {
        const name = `leaving-${mode}`;
        const manifests = pair(name, { "canary-weight": "100" }, main);
        await apply(manifests);
        const cookie = cookieOf(await assertCanary(ask(name), "all of them"));
        await apply(manifests.slice(0, 1));
        const moved = await assertMain(ask(name, { cookie }), "without the canary");
        const now = cookieOf(moved);
        const next = await assertMain(ask(name, { cookie: now }), "again");
        assert.deepEqual([next.endpoint, next.setCookies], [moved.endpoint, []]);
        await apply(manifests);
        await assertMain(ask(name, { cookie: now }), "the canary is back");
      });
    }

    it("when it becomes the main (balanced and persistent)", async () => {
      for (const [mode, main] of Object.entries({ balanced: AFF, persistent: PERSISTENT })) {
        const name = `promoted-${mode}`;
        await apply(pair(name, { "canary-weight": "100" }, main));
        const first = await assertCanary(ask(name), "all of them");
        const paths = [{ path: "/info", service: "next" }];
        await apply([ingress({ name: `${name}-main`, host: `${name}.test`, annotations: main, paths })]);
        const next = await ask(name, { cookie: cookieOf(first) });
        assert.equal(next.endpoint, first.endpoint, mode);
      }
    });

    it("with the weight, where the Ingress says so: header and cookie count for them too", async () => {
      const canary = (weight: string) => ({
        ...YES,
        "canary-weight": weight,
        "canary-bound-sessions": "follow-weight",
      });
      await apply(pair("following", canary("100"), AFF));
      const cookie = cookieOf(await assertCanary(ask("following"), "all of them"));
      await apply(pair("following", canary("0"), AFF));
      const back = await assertMain(ask("following", { cookie }), "none of them");
      await assertCanary(ask("following", { cookie, headers: { "X-Canary": "yes" } }), "the header");
      assert.equal((await ask("following", { cookie })).endpoint, back.endpoint, "and back where it was");
    });
  });

  describe("without endpoints", () => {
    it("leaves everything to the main, and its clients stay there", async () => {
      const cookie = cookieOf(await assertCanary(withHeader("explicit", "always"), "always"));
      await limpet.apply([...FIXED, ...backends(mains, [])]);
      await assertMain(withHeader("header", "always"), "header");
      await assertMain(ask("all"), "weight 100");
      const moved = cookieOf(await assertMain(ask("explicit", { cookie }), "its client"));
      await limpet.apply([...FIXED, ...backends()]);
      await assertMain(ask("explicit", { cookie: moved }), "the canary is back");
    });

    it("of its main is no help: everybody gets 503", async () => {
      await limpet.apply([...FIXED, ...backends([], canaries)]);
      assert.equal((await withHeader("header", "always")).status, 503);
      assert.equal((await ask("all")).status, 503);
      await limpet.apply([...FIXED, ...backends()]);
    });
  });

  describe("is seen", () => {
    it("in the access log, the metrics and explain", async () => {
      await withHeader("header", "always", { path: "/info/logged" });
      await withHeader("header", "never", { path: "/info/logged" });
      const lines = async () => (await limpet.accessLines()).filter(({ path }) => path === "/info/logged");
      await limpet.eventually("the lines", async () => (await lines()).length === 2);
      assert.deepEqual(
        (await lines()).map(({ canary, ingress: owner, service: to }) => [canary, owner, to]),
        [
          [true, "default/header-main", "default/next:80"],
          [false, "default/header-main", "default/web:80"],
        ],
      );
      const counted = 'limpet_requests_total{namespace="default",ingress="header-main",service="next:80"';
      await limpet.eventually("the count", async () => (await limpet.admin("/metrics")).body.includes(counted));
      const url = "/api/v1/explain?url=http://header.test/info&header=CanaryByHeader:always";
      const explained = JSON.parse((await limpet.admin(url)).body) as { canary: boolean; service: string };
      assert.deepEqual([explained.canary, explained.service], [true, "default/next:80"]);
    });
  });
});
