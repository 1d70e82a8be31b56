import assert from "node:assert/strict";
import { test } from "node:test";
import { accept } from "../accept.ts";

function ingress(metadata: object, rest: object): unknown {
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web", ...metadata }, ...rest };
}

test("an Ingress from a cluster has its version and its status, trimmed", () => {
  const ports = [{ port: 80, protocol: "TCP" }];
  const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1", ports }, { hostname: "lb.example.com" }] } };
  const { object, problems } = accept("Ingress", ingress({ resourceVersion: "7" }, { status }));
  assert.deepEqual(object.observed, {
    resourceVersion: "7",
    loadBalancer: [{ ip: "192.0.2.1" }, { hostname: "lb.example.com" }],
  });
  assert.deepEqual(problems, []);
});

test("an empty status counts as one without addresses", () => {
  for (const status of [undefined, null, {}, { loadBalancer: {} }, { loadBalancer: { ingress: null } }]) {
    const { object } = accept("Ingress", ingress({ resourceVersion: "7" }, { status }));
    assert.deepEqual(object.observed, { resourceVersion: "7", loadBalancer: [] });
  }
});

test("a status that does not fit costs the Ingress nothing", () => {
  const entries = [{ ip: 5, hostname: "lb.example.com" }, "no"];
  const { object, problems } = accept(
    "Ingress",
    ingress({ resourceVersion: "7" }, { status: { loadBalancer: { ingress: entries } } }),
  );
  assert.deepEqual(object.observed?.loadBalancer, []);
  assert.deepEqual(problems, []);
});

test("a manifest has nothing of a cluster", () => {
  assert.equal(accept("Ingress", ingress({}, {})).object.observed, undefined);
});
