import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ApiClient } from "../../src/control-plane/kubernetes/api-client.ts";
import { findAccess } from "../../src/control-plane/kubernetes/find-access.ts";
import { openApiClient } from "../../src/control-plane/kubernetes/http-api-client.ts";
import { kubernetesSource } from "../../src/control-plane/sources/kubernetes/kubernetes-source.ts";
import type { Source } from "../../src/control-plane/sources/source.ts";
import { ApiServer } from "../support/cluster/api-server.ts";

const NAMES = Array.from({ length: 250 }, (_, i) => `secret-${i}`);

/** Connections of this process. */
function connections(): number {
  return process.getActiveResourcesInfo().filter((it) => it === "TCPSocketWrap").length;
}

describe("many Secrets that are read by name", () => {
  let api: ApiServer;
  let client: ApiClient;
  let source: Source;
  let names: Set<string>;
  let heard: (name: string) => void;
  before(async () => {
    api = await ApiServer.start();
    await api.admin.apply(NAMES.map((name) => ({ apiVersion: "v1", kind: "Secret", metadata: { name } })));
    const access = await findAccess({ kubeconfig: api.admin.kubeconfig });
    assert.ok(access !== undefined);
    client = openApiClient({ access, version: "test" });
    names = new Set();
    heard = () => {};
    source = kubernetesSource({ client, patient: false });
  });
  after(async () => {
    await source?.stop();
    client?.close();
    await api?.stop();
  });

  it("take a few connections, and each is heard of when it changes", async () => {
    await source.start({
      problems: () => {},
      changed: (changes) => {
        for (const change of changes) {
          if (change.type !== "set" || change.object.kind !== "Secret") continue;
          names.add(change.object.metadata.name);
          heard(change.object.metadata.name);
        }
      },
    });
    const before = connections();
    await source.want?.(NAMES.map((name) => ({ kind: "Secret", namespace: "default", name })));
    assert.deepEqual(names, new Set(NAMES));
    const last = NAMES.at(-1) as string;
    const { promise, resolve } = Promise.withResolvers<void>();
    heard = (name) => name === last && resolve();
    await api.admin.apply([{ apiVersion: "v1", kind: "Secret", metadata: { name: last }, stringData: { a: "b" } }]);
    await promise;
    // 250 watches, and the server takes 100 exchanges or more on a connection.
    const more = connections() - before;
    assert.ok(more <= 5, `${more} connections more`);
  });
});
