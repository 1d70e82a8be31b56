import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { temporaryKeys } from "../../src/control-plane/controller/keys.ts";
import { type RunningLimpet, startLimpet } from "../../src/control-plane/controller/start-limpet.ts";
import type { Supply } from "../../src/control-plane/controller/supply.ts";
import type { ApiClient } from "../../src/control-plane/kubernetes/api-client.ts";
import { findAccess } from "../../src/control-plane/kubernetes/find-access.ts";
import { openApiClient } from "../../src/control-plane/kubernetes/http-api-client.ts";
import { makeLogger } from "../../src/control-plane/logging/make-logger.ts";
import { DEFAULT_STATIC_SETTINGS } from "../../src/control-plane/nginx/static-settings.ts";
import { kubernetesSource } from "../../src/control-plane/sources/kubernetes/kubernetes-source.ts";
import { TRANSLATE_DEFAULTS } from "../../src/control-plane/translate/translate-options.ts";
import { ApiEmulator } from "../support/api-emulator/api-emulator.ts";
import type { JsonObject } from "../support/api-emulator/api-object.ts";
import { send } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";
import { quickClock } from "../support/quick-clock.ts";
import { printRow } from "../support/row.ts";
import { openSessions, type Session, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";
const KINDS = ["ingresses", "ingressclasses", "services", "endpointslices"] as const;
/** Ten minutes take three seconds. */
const CLOCK = quickClock(200);
const AWAY_MS = 10 * 60 * 1000;
const INGRESS = ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) });

describe("an API server that is away for ten minutes, and then has lost its history", () => {
  let folder: string;
  let api: ApiEmulator;
  let client: ApiClient;
  let endpoints: TestEndpoint[];
  let limpet: RunningLimpet;
  let httpPort: number;
  let sessions: Session[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-test-"));
    api = await ApiEmulator.start();
    endpoints = await startEndpoints(4);
    apply(INGRESS, service(), ...slices(endpoints));
    const access = await findAccess({ kubeconfig: await api.kubeconfig(folder) });
    assert.ok(access !== undefined);
    client = openApiClient({ access, version: "1" });
    httpPort = await freePort();
    limpet = await start();
    await until(HOST, 200);
    sessions = await openSessions({ send: (options) => send(httpPort, options) }, HOST, 8);
  });

  after(async () => {
    await limpet?.stop();
    client?.close();
    await api?.stop();
    await Promise.all((endpoints ?? []).map((endpoint) => endpoint.kill()));
    await rm(folder, { recursive: true });
  });

  async function start(): Promise<RunningLimpet> {
    const supply: Supply = {
      storedFirst: true,
      prepare: async (_folder, useKeys) => {
        useKeys(temporaryKeys());
        return () => kubernetesSource({ client, patient: true, clock: CLOCK });
      },
    };
    return startLimpet({
      version: "1",
      supply,
      settings: DEFAULT_STATIC_SETTINGS,
      translate: { ...TRANSLATE_DEFAULTS, specialAddresses: true },
      stateDirectory: join(folder, "state"),
      httpPort,
      httpsPort: 0,
      bindAddresses: ["127.0.0.1"],
      adminAddress: "127.0.0.1",
      adminPort: await freePort(),
      workers: 1,
      graceSeconds: 1,
      leaveSeconds: 0,
      accessLog: "off",
      accessLogFormat: "json",
      log: makeLogger({ level: "silent", format: "json" }),
    });
  }

  function apply(...objects: readonly object[]): void {
    for (const object of objects) api.apply(object as JsonObject);
  }

  async function until(host: string, status: number): Promise<void> {
    while ((await send(httpPort, { host })).status !== status) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  function lists(): number[] {
    return KINDS.map((resource) => api.requests.count({ verb: "list", resource }));
  }

  function watching(): Promise<void> {
    return api.until(() => KINDS.every((resource) => api.watches({ resource }).length > 0));
  }

  it("costs no request, moves no session, and is caught up with by one list a kind", async () => {
    await watching();
    const load = new SessionLoad(httpPort, HOST, sessions);
    await api.stopListening();
    await new Promise<void>((resolve) => CLOCK.after(AWAY_MS, resolve));
    apply(ingress({ name: "new", host: "new.test" }));
    api.compact();
    api.requests.clear();
    await api.listenAgain();
    await until("new.test", 200);
    await watching();
    await load.stop();
    printRow({
      row: `13 (10 minutes, ${load.requests} requests)`,
      lost: load.failed.length,
      moved: load.moved,
      duplicated: 0,
      p99: load.p99(),
    });
    assert.deepEqual([load.failed, load.moved], [[], 0]);
    assert.deepEqual(lists(), [1, 1, 1, 1]);
  });

  it("is believed when its list, which is whole, lacks an Ingress: the control", async () => {
    const load = new SessionLoad(httpPort, HOST, sessions);
    const omitted = api.faults.omit({ resource: "ingresses" }, ({ metadata }) => metadata.name === "web");
    api.faults.goneNow();
    await until(HOST, 404);
    omitted.lift();
    api.faults.goneNow();
    await until(HOST, 200);
    await load.stop();
    assert.ok(load.failed.includes("404"));
  });
});
