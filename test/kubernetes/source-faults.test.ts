import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ApiClient } from "../../src/control-plane/kubernetes/api-client.ts";
import { findAccess } from "../../src/control-plane/kubernetes/find-access.ts";
import { openApiClient } from "../../src/control-plane/kubernetes/http-api-client.ts";
import { kubernetesSource } from "../../src/control-plane/sources/kubernetes/kubernetes-source.ts";
import type { ObjectChange, Source } from "../../src/control-plane/sources/source.ts";
import { ApiEmulator } from "../support/api-emulator/api-emulator.ts";
import type { Hold } from "../support/api-emulator/faults.ts";
import { quickClock } from "../support/quick-clock.ts";

const KINDS = ["ingresses", "ingressclasses", "services", "endpointslices"] as const;
const SERVICES = { resource: "services" } as const;
/** A minute takes 0.3 seconds. */
const TIMES = 200;

function told(change: ObjectChange): string {
  return change.type === "set" ? change.object.metadata.name : `deleted ${change.name}`;
}

const TRANSPORTS = {
  "HTTP/1.1": {},
  "HTTP/1.1 over TLS": { tls: true, http2: false },
  "HTTP/2": { tls: true },
} as const;

for (const [transport, options] of Object.entries(TRANSPORTS))
  describe(`a cluster's source over ${transport}, when the API server fails`, () => {
    let folder: string;
    let api: ApiEmulator;
    let client: ApiClient;
    let source: Source;
    let events: EventEmitter<{ batch: [string[]]; failing: [string] }>;
    /** What was handed over, less the first batch. */
    let later: string[];

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "limpet-"));
      events = new EventEmitter();
      later = [];
      api = await ApiEmulator.start({ tokens: ["one"], ...options });
      for (let i = 0; i < 3; i++) apply(`s${i}`);
      const access = await findAccess({ kubeconfig: await api.kubeconfig(folder, { tokenFile: true }) });
      assert.ok(access !== undefined);
      client = openApiClient({ access, version: "1" });
      source = open(TIMES);
    });

    afterEach(async () => {
      await source.stop();
      client.close();
      await api.stop();
      await rm(folder, { recursive: true });
    });

    function open(times: number): Source {
      return kubernetesSource({ client, patient: true, clock: quickClock(times) });
    }

    function apply(name: string, port = 80): void {
      api.apply({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port }] } });
    }

    function begin(): Promise<void> {
      return source.start({
        changed: (changes) => {
          const batch = changes.map(told);
          later.push(...batch);
          events.emit("batch", batch);
        },
        problems: () => {},
        failing: (failure) => void events.emit("failing", failure),
      });
    }

    /** Starts, and resolves once every watch is open. */
    async function start(): Promise<void> {
      await begin();
      assert.deepEqual(later.splice(0), ["s0", "s1", "s2"]);
      await watching();
    }

    function watching(): Promise<void> {
      return api.until(() => KINDS.every((resource) => api.watches({ resource }).length > 0));
    }

    /** Resolves with the names in the next batch. */
    async function batch(): Promise<string[]> {
      const [names] = (await once(events, "batch")) as [string[]];
      return names;
    }

    /** Requests of one verb since the log was cleared, by resource. */
    function counts(verb: "list" | "watch"): number[] {
      return KINDS.map((resource) => api.requests.count({ verb, resource }));
    }

    it("lists each kind once after an outage that lost all history, and hands on real differences alone", async () => {
      await start();
      const failing = once(events, "failing");
      await api.stopListening();
      await failing;
      apply("during");
      apply("s1", 81);
      api.delete("services", "default", "s2");
      api.compact();
      api.requests.clear();
      const changed = batch();
      await api.listenAgain();
      assert.deepEqual((await changed).toSorted(), ["deleted s2", "during", "s1"]);
      await api.until(() => KINDS.every((resource) => api.requests.count({ verb: "list", resource }) > 0));
      await watching();
      assert.deepEqual([counts("list"), later.length], [[1, 1, 1, 1], 3]);
    });

    it("lists each kind once when every watch is told 410", async () => {
      await start();
      api.requests.clear();
      const fault = api.faults.gone({}, "error-event", KINDS.length);
      api.faults.endWatches();
      await api.until(() => fault.met === KINDS.length && counts("watch").every((count) => count >= 2));
      await watching();
      assert.deepEqual([counts("list"), later], [[1, 1, 1, 1], []]);
    });

    it("takes nothing away by a list that lacks an object and breaks off", async () => {
      await start();
      const omitted = api.faults.omit(SERVICES, ({ metadata }) => metadata.name === "s1");
      const cut = api.faults.cutBody({ verb: "list", ...SERVICES }, "fin", 0.9, 3);
      api.faults.goneNow(SERVICES);
      await api.until(() => cut.met === 3);
      omitted.lift();
      await api.until(() => api.watches(SERVICES).length > 0);
      assert.deepEqual(later, []);
      // The control: a list that is whole is believed.
      const changed = batch();
      api.faults.omit(SERVICES, ({ metadata }) => metadata.name === "s1", 1);
      api.faults.goneNow(SERVICES);
      assert.deepEqual(await changed, ["deleted s1"]);
    });

    it("notices connections that are half open", async () => {
      await start();
      const halfOpen = api.faults.halfOpen(SERVICES, 0);
      const changed = batch();
      apply("unheard");
      assert.deepEqual(await changed, ["unheard"]);
      halfOpen.lift();
      assert.ok(api.requests.count({ verb: "watch", ...SERVICES }) >= 2);
      assert.equal(api.requests.count({ verb: "list", ...SERVICES }), 1);
    });

    it("lists nothing in an hour of silence, and hears what comes after it", async () => {
      await source.stop();
      source = open(2000);
      await start();
      const silence = api.faults.silence();
      api.requests.clear();
      // A watch that says nothing is opened again after three minutes.
      await api.until(() => api.requests.count({ verb: "watch", ...SERVICES }) >= 20);
      assert.deepEqual([counts("list"), later], [[0, 0, 0, 0], []]);
      const changed = batch();
      silence.lift();
      apply("after");
      assert.deepEqual(await changed, ["after"]);
    });

    it("recovers from a storm of 500 and 429, and lists nothing for it", async () => {
      await start();
      const storm = api.faults.answer(SERVICES, { status: 500 });
      api.faults.endWatches(SERVICES);
      await api.until(() => storm.met === 6);
      const busy = api.faults.answer(SERVICES, { status: 429, retryAfter: 20 }, 1);
      await api.until(() => busy.met === 1);
      assert.deepEqual([source.connected?.().get("Service"), source.connected?.().get("Ingress")], [false, true]);
      storm.lift();
      const changed = batch();
      apply("recovered");
      assert.deepEqual(await changed, ["recovered"]);
      assert.equal(source.connected?.().get("Service"), true);
      assert.equal(api.requests.count({ verb: "list", ...SERVICES }), 1);
    });

    it("hears the whole of an event that was cut off", async () => {
      await start();
      for (const ending of ["close", "fin", "reset"] as const) {
        api.faults.cutLine(SERVICES, ending);
        const changed = batch();
        apply(`after-${ending}`);
        assert.deepEqual(await changed, [`after-${ending}`]);
      }
      assert.equal(api.requests.count({ verb: "list", ...SERVICES }), 1);
    });

    it("is not led astray by bookmarks out of order", async () => {
      await start();
      let sent = 0;
      const fault = api.faults.bookmarkVersion(SERVICES, (current) => (sent++ === 0 ? current : 1));
      for (let i = 0; i < 3; i++) api.sendBookmarks(SERVICES);
      apply("s0", 82);
      assert.deepEqual(await batch(), ["s0"]);
      fault.lift();
      api.sendBookmarks(SERVICES);
      const newest = api.resourceVersion;
      api.requests.clear();
      api.faults.endWatches(SERVICES);
      await api.until(() => api.requests.count({ verb: "watch", ...SERVICES }) > 0);
      const [watch] = api.requests.filter({ verb: "watch", ...SERVICES });
      assert.equal(watch?.query.get("resourceVersion"), newest);
    });

    it("says so while a list takes half a minute, and hands over when it is whole", async () => {
      const hold: Hold = api.faults.hold({ verb: "list", ...SERVICES });
      const failing = once(events, "failing");
      const started = begin();
      assert.match(String(await failing), /not given all its lists yet/);
      assert.deepEqual(later, []);
      hold.release();
      await started;
      assert.deepEqual(later, ["s0", "s1", "s2"]);
    });

    it("begins a list anew, once, when its pages expire", async () => {
      for (let i = 0; i < 600; i++) apply(`more-${i}`);
      const fault = api.faults.answer({ verb: "list", ...SERVICES, continued: true }, { status: 410 }, 1);
      await begin();
      assert.deepEqual([later.length, fault.met], [603, 1]);
      assert.equal(api.requests.count({ verb: "list", ...SERVICES }), 4);
    });

    it("reads a renewed token when the old one is refused", async () => {
      await start();
      await writeFile(join(folder, "token"), "two");
      api.setTokens(["two"]);
      api.requests.clear();
      const changed = batch();
      api.faults.endWatches();
      apply("renewed");
      assert.deepEqual(await changed, ["renewed"]);
      await watching();
      assert.deepEqual(counts("list"), [0, 0, 0, 0]);
    });
  });
