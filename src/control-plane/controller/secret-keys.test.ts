import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { ApiEmulator } from "../../../test/support/api-emulator/api-emulator.ts";
import type { ApiClient } from "../kubernetes/api-client.ts";
import { findAccess } from "../kubernetes/find-access.ts";
import { openApiClient } from "../kubernetes/http-api-client.ts";
import { kubernetesSource } from "../sources/kubernetes/kubernetes-source.ts";
import type { ObjectChange, Source } from "../sources/source.ts";
import { FakeClock, settled } from "../time/fake-clock.ts";
import type { Keys } from "../translate/seal.ts";
import { keyedSource } from "./keyed-source.ts";
import { SecretKeys } from "./secret-keys.ts";

const NEVER = new AbortController().signal;
const RBAC = { verb: "get", resource: "secrets" } as const;

function shown({ current, former }: Keys): string {
  return [current, former].map((key) => Buffer.from(key ?? []).toString("hex")).join(" ");
}

describe("SecretKeys", () => {
  let folder: string;
  let api: ApiEmulator;
  let client: ApiClient;
  let clock: FakeClock;
  let failures: string[];
  let logged: Record<string, unknown>[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
    api = await ApiEmulator.start();
    const access = await findAccess({ kubeconfig: await api.kubeconfig(folder) });
    assert.ok(access !== undefined);
    client = openApiClient({ access, version: "1" });
    clock = new FakeClock();
    failures = [];
    logged = [];
  });

  afterEach(async () => {
    client.close();
    await api.stop();
    await rm(folder, { recursive: true });
  });

  function replica(name: string): SecretKeys {
    const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    const more = { clock, random: () => 0, log };
    return new SecretKeys({ client, namespace: "limpet", name: "limpet-keys", folder: join(folder, name), ...more });
  }

  async function load(keys: SecretKeys): Promise<Keys> {
    const loaded = await keys.load((failure) => void failures.push(failure), NEVER);
    assert.ok(loaded !== undefined);
    return loaded;
  }

  function put(current: Uint8Array, former?: Uint8Array): void {
    const data = { current, ...(former !== undefined && { former }) };
    const encoded = Object.entries(data).map(([name, key]) => [name, Buffer.from(key).toString("base64")]);
    api.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "limpet-keys", namespace: "limpet" },
      data: Object.fromEntries(encoded),
    });
  }

  it("gives all replicas that start at once the same key", async () => {
    const [first, ...others] = await Promise.all(["a", "b", "c", "d"].map((name) => load(replica(name))));
    assert.equal(first?.current.length, 32);
    for (const other of others) assert.equal(shown(other), shown(first as Keys));
    const stored = api.get("secrets", "limpet", "limpet-keys") as { data?: Record<string, string> } | undefined;
    assert.equal(stored?.data?.["current"], Buffer.from(first?.current ?? []).toString("base64"));
  });

  it("reads the former key of a rotation", async () => {
    put(Buffer.alloc(32, 1), Buffer.alloc(32, 2));
    const keys = await load(replica("a"));
    assert.deepEqual([keys.current[0], keys.former?.[0]], [1, 2]);
  });

  it("starts with the stored copy while the API server is away", async () => {
    const keys = await load(replica("a"));
    await api.stopListening();
    assert.equal(shown(await load(replica("a"))), shown(keys));
    assert.deepEqual(failures, []);
    await api.listenAgain();
  });

  it("goes on trying without a stored copy, and says why there are no keys", async () => {
    const fault = api.faults.answer(RBAC, { status: 403, message: "not allowed" });
    const loading = load(replica("a"));
    await api.until(() => fault.met > 0);
    while (failures.length === 0) await settled();
    assert.match(failures[0] as string, /403 .*not allowed.*: let this user do it \(RBAC\)/);
    fault.lift();
    while (clock.waiting === 0) await settled();
    await clock.advance(1000);
    assert.equal((await loading).current.length, 32);
  });

  it("ends when it is told to", async () => {
    await api.stopListening();
    const ending = new AbortController();
    const loading = replica("a").load(() => ending.abort(new Error("end")), ending.signal);
    assert.equal(await loading, undefined);
    await api.listenAgain();
  });

  it("refuses a key of another length, and shows none of it", async () => {
    put(Buffer.from("short"));
    const ending = new AbortController();
    await replica("a").load((failure) => {
      failures.push(failure);
      ending.abort(new Error("end"));
    }, ending.signal);
    assert.deepEqual(failures, [
      "The Secret limpet/limpet-keys holds 5 bytes under current instead of 32: correct it, or delete it to begin with a new key.",
    ]);
  });

  describe("with a source", () => {
    let source: Source;
    let used: Keys[];
    let batches: (readonly ObjectChange[])[];
    let next: PromiseWithResolvers<void>;

    beforeEach(() => {
      used = [];
      batches = [];
      next = Promise.withResolvers();
    });

    afterEach(() => source.stop());

    async function start(name: string): Promise<void> {
      const keys = replica(name);
      const cluster = kubernetesSource({ client, patient: true, always: [keys.secret] });
      source = keyedSource(cluster, keys, (taken) => {
        used.push(taken);
        next.resolve();
        next = Promise.withResolvers();
      });
      await source.start({ changed: (changes) => void batches.push(changes), problems: () => {} });
    }

    it("has keys before the first batch, and shows nobody the Secret", async () => {
      put(Buffer.alloc(32, 1));
      await start("a");
      assert.deepEqual([used.length, used[0]?.current[0]], [1, 1]);
      assert.deepEqual(batches, [[]]);
    });

    it("takes a rotation up while it runs, and stores it", async () => {
      put(Buffer.alloc(32, 1));
      await start("a");
      const taken = next.promise;
      put(Buffer.alloc(32, 2), Buffer.alloc(32, 1));
      await taken;
      assert.deepEqual([used[1]?.current[0], used[1]?.former?.[0]], [2, 1]);
      assert.equal(shown(await load(replica("a"))), shown(used[1] as Keys));
      assert.equal(batches.length, 1);
    });

    it("prefers the Secret's keys to an older copy", async () => {
      await load(replica("a"));
      put(Buffer.alloc(32, 9));
      await start("a");
      assert.equal(used.at(-1)?.current[0], 9);
    });

    it("keeps its keys when the Secret is spoiled, and says so", async () => {
      put(Buffer.alloc(32, 1));
      await start("a");
      put(Buffer.from("short"));
      while (!logged.some(({ msg }) => String(msg).includes("cannot be used"))) await settled();
      assert.equal(used.length, 1);
    });

    it("makes the Secret again of the keys in use when somebody deletes it", async () => {
      put(Buffer.alloc(32, 7));
      await start("a");
      api.delete("secrets", "limpet", "limpet-keys");
      await api.until(() => api.get("secrets", "limpet", "limpet-keys") !== undefined);
      const made = api.get("secrets", "limpet", "limpet-keys") as { data?: Record<string, string> } | undefined;
      assert.equal(made?.data?.["current"], Buffer.alloc(32, 7).toString("base64"));
      assert.equal(used.length, 1);
    });
  });
});
