import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { parseAddressList } from "../../src/control-plane/annotations/policies/address-list.ts";
import { classicPin } from "../../src/control-plane/translate/classic.ts";
import { ringBytes } from "../../src/control-plane/translate/ring.ts";
import { encode, type Plain } from "../../src/snapshot/codec.ts";
import type { Host, PathMatch, SameSite, SecureAttribute } from "../../src/snapshot/model.ts";
import { backendOf, policyOf, ready, SLOTS } from "../support/affinity.ts";
import { CANARY_THINGS, canaryCases } from "./canary-cases.ts";
import { DECIDE_THINGS, decideCases } from "./decide-cases.ts";
import { LuaRuntime } from "./lua-runtime.ts";
import { type Case, differences, inLua, inNode, type Things } from "./runtimes.ts";

interface Vector {
  readonly backend: string;
  readonly endpoints: readonly string[];
  readonly balanced: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
}

const SEED = 20_250_101;
const vectors = JSON.parse(
  readFileSync(new URL("vectors/ingress-nginx-cookies.json", import.meta.url), "utf8"),
) as readonly Vector[];

function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** The same list every time. */
function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: SEED });
}

const bytes = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

/** Why decisions were made, of cases that show them, and the state of chance last. */
function reasonsOf(answers: readonly unknown[]): ReadonlySet<string | undefined> {
  return new Set(answers.flatMap((answer) => (answer as string[][]).slice(0, -1).map(([, reason]) => reason)));
}

describe("LuaJIT inside NGINX and Node", () => {
  let lua: LuaRuntime;

  before(async () => {
    lua = await LuaRuntime.start();
  });

  after(() => lua?.stop());

  /** Both answer every case, and the same; gives the answers. */
  async function assertAgree(cases: readonly Case[], things: Things = {}): Promise<readonly Plain[]> {
    const answers = inNode(cases, things);
    const found = differences(cases, answers, await inLua(lua, cases, things));
    assert.deepEqual(found.slice(0, 5), []);
    return answers;
  }

  describe("on the cookies that ingress-nginx issued", () => {
    const rings = vectors.map(({ endpoints }) => byteString(ringBytes(endpoints)));
    const balanced = vectors.flatMap((vector, ring) =>
      Object.entries(vector.balanced).map(([key, endpoint]) => ({ key, endpoint, vector, ring })),
    );

    it("agree with it about the Endpoint of every balanced key", async () => {
      assert.ok(balanced.length > 0);
      const cases = balanced.map(({ key, ring }): Case => ["owner", ring, key]);
      const positions = await inLua(lua, cases, { rings });
      balanced.forEach(({ key, endpoint, vector }, i) => {
        assert.equal(vector.endpoints[positions[i] as number], endpoint, key);
      });
      await assertAgree(cases, { rings });
    });

    it("agree with it about the Endpoint of every persistent key", async () => {
      const asked = vectors.flatMap((vector, number) =>
        Object.entries(vector.persistent).map(([key, endpoint]) => ({ key, endpoint, vector, number })),
      );
      assert.ok(asked.length > 0);
      const backends = vectors.map(({ backend, endpoints }) =>
        encode({ ...backendOf(ready(endpoints.length)), classicPins: endpoints.map((id) => classicPin(backend, id)) }),
      );
      const policy = { ...policyOf({ mode: "persistent" }) };
      const cases = asked.map(({ key, number }) => [
        "decide",
        number,
        policy,
        "write",
        `C=${key}`,
        1,
        1_700_000_000,
        0,
      ]);
      const answers = await inLua(lua, cases, { backends, rings });
      asked.forEach(({ key, endpoint, vector }, i) => {
        const [kind, reason, position] = (answers[i] as readonly Plain[])[0] as unknown as [string, string, number];
        assert.deepEqual([kind, reason, vector.endpoints[position]], ["stick", "bound", endpoint], key);
      });
      await assertAgree(cases, { backends, rings });
    });

    it("would be caught disagreeing about a single one", async () => {
      const cases = balanced.map(({ key, ring }): Case => ["owner", ring, key]);
      const answers = await inLua(lua, cases, { rings });
      const changed = cases.findIndex((_, i) => answers[i] !== answers[0]);
      assert.ok(changed > 0);
      const wrong = cases.with(changed, cases[0] as Case);
      const found = differences(cases, inNode(cases, { rings }), await inLua(lua, wrong, { rings }));
      assert.deepEqual(
        found.map(({ asked }) => asked),
        [cases[changed]],
      );
    });
  });

  it("agree about CRC-32, with ingress-nginx's keys among the texts", async () => {
    const known: readonly [string, number][] = [
      ["1700000001.123.38.264157", 0x172b20a8],
      ["1700000001.124.39.1", 0xf7387264],
      ["1700000002.999.31.999999", 0x8fc4f261],
      ["1700000001.5.7.42", 0xb1a2048b],
      ["1700000001.7.42", 0xa1c7ffb0],
      ["1594283956.889.38.264157", 0x6025ef8d],
      ["1700000001.38.1", 0x1f2a1c44],
      ["abc", 0x352441c2],
      ["0", 0xf4dbdf21],
      ["10.0.0.2:8080", 0xaf469540],
      ["route", 0x02c42079],
    ];
    const answers = await assertAgree(
      [...known.map(([text]) => text), ...sample(bytes, 500)].map((text) => ["crc32", text]),
    );
    known.forEach(([text, hash], i) => {
      assert.equal(answers[i], hash, text);
    });
  });

  it("agree about addresses, and about which lists hold them", async () => {
    const part = fc.constantFrom("0", "1", "255", "256", "ffff", "12345", ".", ":", "::", "1.2.3.4", "G", "\xff");
    const broken = fc.array(part, { maxLength: 16 }).map((parts) => parts.join(""));
    const addresses = [...sample(fc.oneof(fc.ipV4(), fc.ipV6(), broken), 2000), "::ffff:10.0.0.1", "::FFFF:a00:1"];
    const answers = await assertAgree(addresses.map((text) => ["address", text]));
    assert.ok(answers.includes("none") && answers.includes("0a000001"));
    const networks = fc.array(fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(32)), { minLength: 1, maxLength: 20 });
    const lists = sample(networks, 50).map((list) => {
      const parsed = parseAddressList(list.map(([address, bits]) => `${address}/${bits}`).join(","));
      assert.ok(parsed.ok);
      return parsed.value;
    });
    const asked = addresses.slice(0, 200);
    const cases = lists.flatMap(({ ipv4, ipv6 }) => asked.map((address) => ["contains", ipv4, ipv6, address]));
    const held = await assertAgree(cases);
    assert.ok(held.includes(true) && held.includes(false));
  });

  it("agree about origins and the headers that they get", async () => {
    const piece = fc.constantFrom("https://", "HTTPS://", "*", ".", "a", "B", "-", "example.com", ":8443", "\xff", "/");
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    const patterns = ["https://a.example.com", "https://*.example.com:8443", "https://*.a.example.com"];
    const known = ["https://A.example.com", "https://b.example.com:8443", "https://.example.com:8443", "null", ""];
    const origins = [...known, ...sample(text, 1000)];
    const answers = await assertAgree(origins.map((origin) => ["origin", patterns, origin]));
    assert.deepEqual(answers.slice(0, 5), [true, true, false, false, false]);
    const cors = { credentials: true, methods: "GET", headers: "X-One", maxAge: 1_728_000 };
    const policies = [cors, { ...cors, origins: patterns, credentials: false, exposed: "*", maxAge: -1 }];
    await assertAgree(policies.flatMap((policy) => known.map((origin) => ["cors", policy, origin])));
  });

  it("agree about what an authority is asked, and what its answer comes to", async () => {
    const part = fc.record({
      source: fc.constantFrom("text", "path", "request-uri"),
      name: fc.constantFrom("", "/x?"),
    });
    const text = fc.array(part, { minLength: 1, maxLength: 3 });
    const bytes = fc.array(fc.constantFrom("a", "/", "%", "\r\n", " ", "\xe9", "\x7f", "#"), { maxLength: 8 });
    const name = fc.constantFrom("Host", "Cookie", "X-A", "x-a", "Range", "constructor", "X-Original-URL");
    const kept = fc.constantFrom("Set-Cookie", "WWW-Authenticate", "Cache-Control", "Vary", "Expires");
    const value = fc.constantFrom("max-age=20", "S-MaxAge=7, private", "no-store", "*", "a=b", "max-age=");
    const cases = sample(
      fc.record({ target: text, signIn: text, path: bytes, wayBack: text, list: fc.array(fc.tuple(name, value)) }),
      500,
    ).map(({ list, path, ...texts }, i) => {
      const headers = [{ name: "X-A", value: texts.target }];
      const memory = { key: texts.target, owner: "o", seconds: { 200: 300, any: 60 } };
      const policy = { ...texts, headers, memory, scheme: "http", port: 80, method: "GET", passed: [] };
      const status = [200, 204, 401, 403, 404, 500, 0][i % 7] as number;
      const answer = sample(fc.array(fc.tuple(kept, value), { maxLength: 3 }), 1).flat(2);
      return ["authority", { ...policy, alwaysSetCookie: i % 2 === 0 }, path.join(""), list.flat(), status, answer];
    });
    const answers = await assertAgree(cases);
    assert.ok(answers.some((answer) => String(answer).includes("%0D%0A")));
  });

  it("agree about clients and their certificates", async () => {
    const part = fc.constantFrom("CN=ann", "CN=bob", "O=CN=ann", "CN=a\\,CN=ann", ",", "+", "\\", "", "é");
    const subjects = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(","));
    const names = sample(fc.oneof(subjects, bytes), 500).map((subject) => ["common names", subject]);
    const verify = fc.constantFrom("on", "optional", "optional_no_ca", "off");
    const more = fc.constantFrom({}, { commonName: "CN=ann" }, { errorPage: "https://page.test/" });
    const context = fc.constantFrom("same", "other");
    const result = fc.constantFrom(0, 10, 18, 19, 20, 21, 26, 27);
    const clients = sample(
      fc.record({ verify, more, context, shown: fc.boolean(), result, subject: subjects }),
      1000,
    ).map(({ verify, more, ...client }) => {
      const policy = { context: "same", authorities: "a", depth: 1, verify, ...more };
      return ["client", policy, client];
    });
    await assertAgree(names);
    const answers = new Set(await assertAgree(clients));
    for (const status of ["400", "302", "403", "421", "served"]) {
      assert.ok(
        [...answers].some((answer) => String(answer).includes(status)),
        status,
      );
    }
  });

  it("agree about the owner of any place on a ring", async () => {
    const ids = [1, 3, 20, 150].map((count) => Array.from({ length: count }, (_, i) => `10.0.0.${i}:80`));
    const rings = ids.map((list) => byteString(ringBytes(list)));
    const hash = fc.oneof(fc.integer({ min: 0, max: 4294967295 }), fc.constantFrom(0, 1, 4294967294, 4294967295));
    const places = sample(fc.tuple(fc.nat(ids.length - 1), hash), 2000).map(([ring, at]) => ["locate", ring, at]);
    const slots = sample(fc.tuple(fc.nat(ids.length - 1), fc.nat(16383)), 1000).map(([ring, at]) => ["slot", ring, at]);
    await assertAgree([...places, ...slots], { rings });
  });

  it("build the same ring, point for point", async () => {
    const counts = [1, 2, 3, 20, 256];
    const cases = counts.map((count) => ["ring", Array.from({ length: count }, (_, i) => `10.0.${i >> 7}.${i}:80`)]);
    await assertAgree([...cases, ["ring", ["[fd00::1]:80", "10.0.0.1:80", "10.0.0.1:80"]]]);
  });

  it("agree about every decision, and about the random numbers that it took", async () => {
    const cases = decideCases(4000, SEED);
    const answers = await assertAgree(cases, DECIDE_THINGS);
    const reasons = reasonsOf(answers);
    for (const reason of [
      "bound",
      "classic",
      "rotated",
      "converted",
      "refreshed",
      "new",
      "gone",
      "unknown",
      "malformed",
      "failed",
      "off",
      "no-endpoint",
    ]) {
      assert.ok(reasons.has(reason), `no case comes out as ${reason}`);
    }
  });

  it("agree about the Endpoint that a hash leads to, or chance and the time of answers", async () => {
    const count = DECIDE_THINGS.backends?.length as number;
    const balance = fc.oneof(
      fc.record({ kind: fc.constant("hash"), key: fc.constant([]), subset: fc.integer({ min: 1, max: 4 }) }),
      fc.constant({ kind: "quicker" }),
    );
    const asked = fc.tuple(fc.nat(count - 1), balance, bytes, fc.nat(1000), fc.nat(4));
    const cases = sample(asked, 2000).map(([number, policy, key, seed, failures]) => {
      return ["balance", number, { ...policy }, key, seed, failures];
    });
    const answers = await assertAgree(cases, DECIDE_THINGS);
    const reasons = reasonsOf(answers);
    assert.deepEqual([...reasons].sort(), ["failed", "hashed", "no-endpoint", "quicker"]);
  });

  it("agree about the average of answers' times", async () => {
    const seconds = fc.integer({ min: 0, max: 100_000 }).map((milliseconds) => milliseconds / 1000);
    await assertAgree(sample(fc.tuple(seconds, seconds, seconds), 500).map((all) => ["average", ...all]));
  });

  it("agree about cookie headers", async () => {
    const piece = fc.constantFrom(
      "C=x",
      "C=",
      "C",
      "xC=y",
      ";",
      "; ",
      " ",
      "\t",
      '"',
      "=",
      "a=C=z",
      "\xff",
      "\0",
      "|",
      ",",
    );
    const headers = sample(fc.array(piece, { maxLength: 12 }), 2000).map((pieces) => pieces.join(""));
    await assertAgree(
      [...headers, "xC=".repeat(10_000), `${"xC=".repeat(10_000)};C=y`].map((header) => ["cookies", header, "C"]),
    );
  });

  it("agree about the values of ingress-nginx's cookies", async () => {
    const keys = vectors.flatMap(({ balanced, persistent }) => [...Object.keys(balanced), ...Object.keys(persistent)]);
    const text = fc.string({ unit: fc.constantFrom("|", "a", "f", "1", "."), maxLength: 40 });
    await assertAgree([...keys, ...sample(text, 500)].map((value) => ["classic", value]));
  });

  it("agree about the application's cookies, written anew", async () => {
    const piece = fc.constantFrom(
      "a=b",
      ";",
      " ",
      "Path=/x",
      "path = /x/y",
      "DOMAIN=.Old.test",
      "domain=old.test",
      "=",
      "\xff",
    );
    const policy = {
      cookieDomain: { from: "old.test", to: "new.test" },
      cookiePath: { from: "/x", to: "/" },
    };
    const lines = sample(fc.array(piece, { maxLength: 8 }), 1000).map((pieces) => pieces.join(""));
    const answers = await assertAgree(lines.map((line) => ["rewriteCookie", line, policy]));
    assert.ok(answers.some((answer, i) => answer !== lines[i]));
  });

  it("agree about what Set-Cookie says", async () => {
    const agents = ["Chrome/51.0", "CPU iPhone OS 12", "Chrome/90.0", "Macintosh; Intel Mac OS X 10_14 Safari", ""];
    const settings = fc.record(
      {
        expires: fc.integer({ min: -100, max: 1e9 }),
        maxAge: fc.integer({ min: -100, max: 1e9 }),
        cookieDomain: fc.constant("example.com"),
        cookiePath: fc.constantFrom("/", "/foo", "/foo/.*", "/\xc3\xa9"),
        secure: fc.constantFrom<SecureAttribute>("auto", "always", "never"),
        sameSite: fc.constantFrom<SameSite>("Strict", "Lax", "None"),
        conditionalSameSiteNone: fc.boolean(),
      },
      { requiredKeys: ["cookiePath", "secure", "conditionalSameSiteNone"] },
    );
    const exchange = fc.tuple(
      settings,
      fc.boolean(),
      fc.constantFrom(false as const, ...agents),
      fc.nat(3_000_000_000),
    );
    const cases = sample(exchange, 1000).map(([policy, tls, agent, now]) => {
      return ["setCookie", { ...policyOf({ ...policy }) }, "v", tls, agent, now];
    });
    await assertAgree([...cases, ...agents.map((agent) => ["userAgent", agent])]);
  });

  it("agree about the time in cookies, NGINX and Date among them", async () => {
    const last = Date.UTC(2037, 11, 31, 23, 59, 59) / 1000;
    const seconds = [...sample(fc.integer({ min: -1e10, max: 2e10 }), 2000), -1, 0, last, last + 1];
    for (const answer of await assertAgree(seconds.map((second) => ["cookieTime", second]))) {
      const [ours, theirs] = answer as [string, string];
      assert.equal(ours, theirs);
    }
  });

  it("agree about stamps and their age", async () => {
    const second = fc.integer({ min: 0, max: 9_999_999_999 });
    const near = fc
      .tuple(second, fc.integer({ min: -100, max: 100 }))
      .map(([issued, after]) => [issued, issued + 50 + after] as const);
    const times = fc.oneof(near, fc.tuple(second, second));
    const cases = sample(fc.tuple(times, fc.constantFrom(1, 99, 100, 101, 31_536_000)), 1000).map(
      ([[issued, now], maxAge]) => {
        return ["stamp", "abcdefghijklmnop", issued, Math.max(0, now), { ...policyOf({ maxAge }) }];
      },
    );
    await assertAgree(cases);
  });

  it("agree about hosts", async () => {
    const label = fc.constantFrom("a", "b-c", "_d", "", "A1", "\xe4", "constructor");
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    const declared = fc.array(
      fc.oneof(
        host,
        host.map((it) => `*.${it}`),
        fc.constant("_"),
      ),
      { maxLength: 6 },
    );
    await assertAgree(sample(fc.tuple(host, declared), 1000).map(([asked, hosts]) => ["matchHost", asked, hosts]));
  });

  it("agree about paths", async () => {
    const segment = fc.constantFrom("a", "b", "ab", "A", "__proto__", "\xc3\xa9");
    const path = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
      .map(([segments, slash]) => `/${segments.join("/")}${slash && segments.length > 0 ? "/" : ""}`);
    const route = fc.record({ match: fc.constantFrom<PathMatch>("exact", "prefix"), path });
    const hosts = sample(fc.array(route, { maxLength: 8 }), 100).map((routes): Host => {
      const rest = { host: "example.com", ingress: "a/b", service: "a/c:80", backend: "a/c:80" };
      return { host: "example.com", routes: routes.map((it) => ({ ...it, ...rest })) };
    });
    const paths = sample(path, 30);
    const cases = hosts.flatMap(({ routes }, i) =>
      [...paths, ...routes.map((it) => it.path)].map((asked) => ["matchPath", i, asked]),
    );
    await assertAgree(cases, { hosts: hosts.map((host) => encode(host)) });
  });

  it("agree about encoded texts, whole, cut off, changed and never encoded", async () => {
    const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
      plain: fc.oneof(
        { depthSize: "small" },
        bytes,
        fc.integer(),
        fc.integer().map((number) => number / 8),
        fc.boolean(),
        fc.array(tie("plain"), { maxLength: 5 }),
        fc.dictionary(bytes, tie("plain"), { maxKeys: 5 }),
      ),
    }));
    const whole = sample(plain, 500).map((value) => encode(value));
    const cut = whole.slice(0, 60).flatMap((text) => Array.from(text.slice(0, 60), (_, i) => text.substring(0, i)));
    const changed = whole.map(
      (text, i) => `${text.substring(0, i % text.length)}\x01${text.substring((i % text.length) + 1)}`,
    );
    const deep = ["[1:".repeat(100_000), "{1:1:x".repeat(100_000), `${"[1:".repeat(64)}t`, `${"[1:".repeat(65)}t`];
    const broken = [
      "",
      "s1.5:xx",
      "s-1:",
      "n;",
      "nNaN;",
      "ninf;",
      "nnan;",
      "nInfinity;",
      "n1",
      "[999999999:",
      "tt",
      "x",
    ];
    const cases = [...whole, ...cut, ...changed, ...sample(bytes, 500), ...deep, ...broken].map((text) => [
      "codec",
      text,
    ]);
    await assertAgree(cases);
  });

  it("agree about the side of a client, and what it is told there", async () => {
    await assertAgree(canaryCases(3000, SEED), CANARY_THINGS);
  });

  it("agree about bodies that are too large and attempts that are made again", async () => {
    const told = ["none", "", "h2", "0", "00", "7", "8", "9", "1048577", "99999999999999999999"];
    const bodies = told.flatMap((it) =>
      ["GET", "HEAD", "POST", "PROPFIND"].flatMap((method) =>
        [0, 8, 1048576].map((limit) => ["body", it, method, limit]),
      ),
    );
    const policies = [0, 3].flatMap((attempts) =>
      [true, false].flatMap((asked) =>
        [[], [502], [503, 504]].map((onStatus) => ({
          attempts,
          seconds: attempts,
          onError: asked,
          onTimeout: !asked,
          onStatus,
        })),
      ),
    );
    const retries = policies.flatMap((policy) =>
      [502, 503, 504].flatMap((status) =>
        [true, false].flatMap((answered) => [0, 2.5, 3].map((elapsed) => ["retry", policy, status, answered, elapsed])),
      ),
    );
    await assertAgree([...bodies, ...retries]);
  });

  it("agree about entries that are whole and that are not", async () => {
    const entries: readonly [kind: string, value: object][] = [
      ["backend", backendOf(ready(2))],
      ["backend", backendOf(ready(2), [], [1])],
      ["backend", { ...backendOf(ready(2)), newest: "1" }],
      ["host", { host: "example.com", routes: [] }],
      ["settings", { classicCookies: "accept" }],
      ["slots", SLOTS],
      ["slots", { ...SLOTS, formerValues: "" }],
      ["slots", { ...SLOTS, values: "short" }],
    ];
    const cases = entries.flatMap(([kind, value]) =>
      [undefined, ...Object.keys(value)].map((left) => {
        const fields = Object.entries(value).filter(([name]) => name !== left);
        return ["entry", kind, encode(Object.fromEntries(fields))];
      }),
    );
    await assertAgree([...cases, ...["", "t", "[0:", "{0:"].map((text) => ["entry", "host", text])]);
  });
});
