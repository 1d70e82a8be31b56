import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { ringBytes } from "../../src/control-plane/translate/ring.ts";
import type { Plain } from "../../src/snapshot/codec.ts";
import { LuaRuntime } from "./lua-runtime.ts";
import { inLua } from "./runtimes.ts";

const SEED = 20_250_101;

function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: SEED });
}

const anyBytes = fc.uint8Array({ maxLength: 24 }).map((list) => Buffer.from(list).toString("latin1"));
const utf8 = fc.string({ unit: "binary", maxLength: 12 }).map((text) => Buffer.from(text, "utf8").toString("latin1"));
const nearlyUtf8 = fc
  .tuple(utf8, fc.nat(), fc.integer({ min: 0, max: 255 }))
  .map(([text, at, code]) => text.substring(0, at % (text.length + 1)) + String.fromCharCode(code) + text);
const texts: readonly string[] = [
  ...sample(anyBytes, 300),
  ...sample(utf8, 300),
  ...sample(nearlyUtf8, 300),
  ...[
    "\xc0\xaf",
    "\xe0\x80\xaf",
    "\xed\xa0\x80",
    "\xf0\x80\x80\xaf",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xe2\x82",
  ],
  ...["", '"', "\\", "\n", "\x7f", "\0", "/"],
];

/** What a person should read: UTF-8 where it is, and one character of Latin-1 for every byte that is none. */
function readable(bytes: string): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length =
      [1, 2, 3, 4].find((it) => at + it <= bytes.length && isOneCharacter(bytes.substring(at, at + it))) ?? 1;
    const piece = bytes.substring(at, at + length);
    text += isOneCharacter(piece) ? Buffer.from(piece, "latin1").toString("utf8") : piece;
    at += length;
  }
  return text;
}

function isOneCharacter(bytes: string): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
    return [...text].length === 1;
  } catch {
    return false;
  }
}

function fromBytes(bytes: Plain | undefined): string {
  return Buffer.from(bytes as string, "latin1").toString("utf8");
}

const ACCESS = {
  time: "2026-11-23T19:33:49.123Z",
  requestId: "0123456789abcdef",
  remoteAddress: "192.0.2.1",
  method: "GET",
  host: "example.com",
  path: "/a b",
  protocol: "HTTP/1.1",
  status: "200",
  bytes: "512",
  duration: "0.004",
  ingress: "shop/web",
  service: "shop/web:80",
  endpoint: "10.0.0.1:8080",
  attempts: "",
  asked: "10.0.0.1:8080",
  seconds: "0.003",
  affinity: "stick",
  reason: "bound",
};

let lua: LuaRuntime;

before(async () => {
  lua = await LuaRuntime.start();
});

after(() => lua?.stop());

describe("what the data plane writes", () => {
  /** Calls one of the data plane's functions, once for each list of arguments. */
  function call(name: string, argumentLists: readonly (readonly Plain[])[]): Promise<readonly Plain[]> {
    return inLua(
      lua,
      argumentLists.map((list) => ["native", name, ...list]),
    );
  }

  it("is JSON, whatever bytes a client sends, and reads as it was sent", async () => {
    const escaped = await call(
      "escapeJson",
      texts.map((text) => [text]),
    );
    texts.forEach((text, i) => {
      assert.equal(JSON.parse(`"${fromBytes(escaped[i])}"`), readable(text), JSON.stringify(text));
    });
  });

  it("is left as it is where it is plain, and only there", async () => {
    const at = (text: string, place: number) => [0, 1, 2, 3].map((it) => (it === place ? text : "plain"));
    const plain = await call(
      "arePlain",
      texts.map((text, i) => at(text, i % 4)),
    );
    texts.forEach((text, i) => {
      assert.equal(plain[i], /^[ !#-[\]-~]*$/.test(text), JSON.stringify(text));
    });
    assert.ok(plain.includes(true) && plain.includes(false));
  });

  it("is one JSON object a request", async () => {
    const [line] = await call("jsonLine", [[ACCESS]]);
    assert.deepEqual(JSON.parse(line as string), {
      time: ACCESS.time,
      request_id: ACCESS.requestId,
      remote_addr: ACCESS.remoteAddress,
      method: "GET",
      host: "example.com",
      path: "/a b",
      protocol: "HTTP/1.1",
      status: 200,
      bytes: 512,
      duration: 0.004,
      ingress: "shop/web",
      service: "shop/web:80",
      endpoint: "10.0.0.1:8080",
      attempts: [{ endpoint: "10.0.0.1:8080", status: 200, seconds: 0.003 }],
      affinity: "stick",
      reason: "bound",
      canary: false,
    });
  });

  it("holds a list of attempts where there was none, or more than one", async () => {
    const attempts = '[{"endpoint":"10.0.0.1:8080","status":null,"seconds":null}]';
    const [none, list] = await call("jsonLine", [[{ ...ACCESS, attempts: "[]" }], [{ ...ACCESS, attempts }]]);
    assert.deepEqual(JSON.parse(none as string).attempts, []);
    assert.deepEqual(JSON.parse(list as string).attempts, [{ endpoint: "10.0.0.1:8080", status: null, seconds: null }]);
  });

  it("shows no time below nothing, where the clock was set back", async () => {
    const [line] = await call("jsonLine", [[{ ...ACCESS, duration: "-3.5", seconds: "-0.2" }]]);
    const { duration, attempts } = JSON.parse(line as string);
    assert.deepEqual([duration, attempts[0].seconds], [0, 0]);
  });

  it("says so when the canary got the request", async () => {
    const [line] = await call("jsonLine", [[{ ...ACCESS, canary: true }]]);
    assert.equal(JSON.parse(line as string).canary, true);
  });

  it("takes percent signs in a text for nothing but themselves", async () => {
    const [line] = await call("jsonLine", [[{ ...ACCESS, path: "/%s%d%%", host: "%n" }]]);
    const { path, host } = JSON.parse(line as string);
    assert.deepEqual([path, host], ["/%s%d%%", "%n"]);
  });

  it("is one line of text where that is asked for", async () => {
    const [line] = await call("textLine", [[ACCESS]]);
    for (const value of Object.values({ ...ACCESS, asked: "", seconds: "" }))
      assert.ok((line as string).includes(value), value);
    assert.doesNotMatch(line as string, /\n/);
  });

  it("says null of an attempt for what did not come", async () => {
    const [whole, dashes, nothing] = await call("attemptJson", [
      ["10.0.0.1:8080", "502", "0.001"],
      ["10.0.0.1:8080", "-", "-"],
      ["10.0.0.1:8080", "", ""],
    ]);
    assert.deepEqual(JSON.parse(whole as string), { endpoint: "10.0.0.1:8080", status: 502, seconds: 0.001 });
    assert.deepEqual(JSON.parse(dashes as string), { endpoint: "10.0.0.1:8080", status: null, seconds: null });
    assert.equal(nothing, dashes);
  });

  it("tells the time as Date does, in any order of times", async () => {
    const milliseconds = sample(fc.integer({ min: 0, max: 4_102_444_800_000 }), 2000);
    const minute = 1_700_000_040_000;
    const times = [...milliseconds, minute - 1, minute, minute + 1, minute + 59_999, minute + 60_000, 0];
    const told = await call(
      "logTime",
      times.map((time) => [time / 1000]),
    );
    times.forEach((time, i) => {
      assert.equal(told[i], new Date(time).toISOString());
    });
  });
});

describe("what the data plane reads", () => {
  it("gives a worker the version of its generation, not the one that comes with the next", async () => {
    const asked: readonly [pointer: string, generation: number, version: number][] = [
      ["7@3 5", 3, 7],
      ["7@3 5", 4, 7],
      ["7@3 5", 2, 5],
      ["7@3 0", 2, 0],
      ["", 9, 0],
    ];
    const versions = await inLua(
      lua,
      asked.map(([text, generation]) => ["native", "versionAt", text, generation]),
    );
    assert.deepEqual(
      versions,
      asked.map(([, , version]) => version),
    );
    assert.deepEqual(await inLua(lua, [["native", "formatPointer", 7, 3, 5]]), ["7@3 5"]);
  });

  it("takes a ring for whole that is whole, and nothing else", async () => {
    const ring = Buffer.from(ringBytes(["10.0.0.1:80", "10.0.0.2:80"])).toString("latin1");
    const head = ring.substring(0, 8);
    const others = [
      "",
      head,
      ring.substring(1),
      ring.substring(0, ring.length - 1),
      `${ring}x`,
      ring.replace(head, "\xff".repeat(8)),
    ];
    const cut = Array.from({ length: ring.length }, (_, length) => ring.substring(0, length));
    const [whole, ...rest] = await inLua(
      lua,
      [ring, ...others, ...cut].map((text) => ["native", "isWholeRing", text]),
    );
    assert.equal(whole, true);
    for (const answer of rest) assert.equal(answer, false);
  });

  it("refuses a ring whose search would not end", async () => {
    const bytes = ringBytes(["10.0.0.1:80"]);
    const sentinelAt = bytes.length - 2 * 161 - 4;
    assert.deepEqual([...bytes.subarray(sentinelAt, sentinelAt + 4)], [255, 255, 255, 255]);
    bytes[sentinelAt] = 254;
    const text = Buffer.from(bytes).toString("latin1");
    assert.deepEqual(await inLua(lua, [["native", "isWholeRing", text]]), [false]);
  });
});
