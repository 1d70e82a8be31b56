import assert from "node:assert/strict";
import { it } from "node:test";
import { encode } from "../../snapshot/codec.ts";
import { describeSnapshot } from "./describe-snapshot.ts";

const SECRETS = {
  pins: ["PIN"],
  formerPins: ["FORMER"],
  classicPins: ["CLASSIC"],
  classicKey: "KEY",
  departed: ["GONE"],
};

it("a described Snapshot tells everything but what cookies are made of", () => {
  const route = {
    host: "a.test",
    path: "/",
    match: "prefix",
    ingress: "shop/web",
    service: "shop/web:80",
    backend: "shop/web:80",
  };
  const canary = { backend: "shop/next:80", service: "shop/next:80", weight: 10, total: 100, mark: "MARK" };
  const endpoints = [{ address: "fd00::1", port: 8080, state: "draining" }];
  const entries = new Map([
    ["settings", encode({ classicCookies: "write" })],
    ["slots", "SLOTS"],
    ["ring/shop/web:80", "RING"],
    ["host/a.test", encode({ host: "a.test", routes: [{ ...route, policies: { canary } }] })],
    ["backend/shop/web:80", encode({ id: "shop/web:80", endpoints, ...SECRETS })],
  ]);
  const origins = (object: string) => (object === "Ingress shop/web" ? { file: "web.yaml", line: 3 } : undefined);
  const described = describeSnapshot(9, entries, origins);
  assert.deepEqual(described, {
    generation: 9,
    classicCookies: "write",
    defaultBackend: null,
    routes: [
      {
        ...route,
        affinity: null,
        canary: { service: "shop/next:80", weight: 10, total: 100 },
        origin: "web.yaml:3",
      },
    ],
    backends: [{ id: "shop/web:80", endpoints: [{ endpoint: "[fd00::1]:8080", state: "draining" }] }],
  });
  assert.doesNotMatch(JSON.stringify(described), /PIN|FORMER|CLASSIC|KEY|GONE|SLOTS|RING|MARK/);
});
