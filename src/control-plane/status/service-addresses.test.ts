import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeAddress, readyNode } from "./node-addresses.ts";
import { serviceAddresses } from "./service-addresses.ts";

function service(spec: object, ...ingress: readonly object[]): unknown {
  return { spec, status: { loadBalancer: { ingress } } };
}

const CASES: readonly (readonly [string, unknown, unknown])[] = [
  [
    "an external name",
    service({ type: "ExternalName", externalName: "lb.example.com" }),
    [{ hostname: "lb.example.com" }],
  ],
  ["a cluster IP", service({ type: "ClusterIP", clusterIP: "10.0.0.1" }), [{ ip: "10.0.0.1" }]],
  ["a headless Service", service({ type: "ClusterIP", clusterIP: "None" }), []],
  ["a node port without external IPs", service({ type: "NodePort", clusterIP: "10.0.0.1" }), [{ ip: "10.0.0.1" }]],
  [
    "a node port with external IPs",
    service({ type: "NodePort", clusterIP: "10.0.0.1", externalIPs: ["192.0.2.2", "192.0.2.1"] }),
    [{ ip: "192.0.2.1" }, { ip: "192.0.2.2" }],
  ],
  [
    "a load balancer with external IPs, each once",
    service(
      { type: "LoadBalancer", clusterIP: "10.0.0.1", externalIPs: ["192.0.2.1", "192.0.2.9"] },
      { hostname: "b.example.com" },
      { ip: "192.0.2.1", ports: [] },
    ),
    [{ ip: "192.0.2.1" }, { ip: "192.0.2.9" }, { hostname: "b.example.com" }],
  ],
  ["a load balancer that is not there yet", service({ type: "LoadBalancer", clusterIP: "10.0.0.1" }), []],
  ["no status at all", { spec: { type: "LoadBalancer" } }, []],
];

for (const [what, raw, expected] of CASES) {
  test(`the addresses of ${what}`, () => assert.deepEqual(serviceAddresses(raw), expected));
}

test("a node's address is its external one, or else its internal one", () => {
  const internal = { type: "InternalIP", address: "10.0.0.1" };
  const external = { type: "ExternalIP", address: "192.0.2.1" };
  assert.deepEqual(nodeAddress({ status: { addresses: [internal, external] } }), { ip: "192.0.2.1" });
  assert.deepEqual(nodeAddress({ status: { addresses: [internal] } }), { ip: "10.0.0.1" });
  assert.equal(nodeAddress({ status: {} }), undefined);
});

test("only a running pod that is ready counts", () => {
  const pod = (phase: string, ready: string) => ({
    spec: { nodeName: "node-1" },
    status: { phase, conditions: [{ type: "Ready", status: ready }] },
  });
  assert.equal(readyNode(pod("Running", "True")), "node-1");
  assert.equal(readyNode(pod("Running", "False")), undefined);
  assert.equal(readyNode(pod("Pending", "True")), undefined);
  assert.equal(readyNode({ spec: {}, status: {} }), undefined);
});
