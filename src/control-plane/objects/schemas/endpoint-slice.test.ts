import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, fieldsOf, refuse } from "../accept.ts";

function slice(rest: object): unknown {
  const metadata = { name: "web-1" };
  return { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata, addressType: "IPv4", ...rest };
}

function withEndpoint(endpoint: object): unknown {
  return slice({ endpoints: [{ addresses: ["10.0.0.1"], ...endpoint }] });
}

test("conditions that are absent are read as the API defines them", () => {
  const cases: [object | undefined, boolean, boolean, boolean][] = [
    [undefined, true, true, false],
    [{}, true, true, false],
    [{ ready: null, serving: null, terminating: null }, true, true, false],
    [{ ready: false }, false, false, false],
    [{ ready: false, serving: true, terminating: true }, false, true, true],
  ];
  for (const [conditions, ready, serving, terminating] of cases) {
    const { object } = accept("EndpointSlice", withEndpoint({ conditions }));
    const [endpoint] = object.endpoints;
    assert.deepEqual([endpoint?.ready, endpoint?.serving, endpoint?.terminating], [ready, serving, terminating]);
  }
});

test("an address that is none of its type is left out, and the others are kept", () => {
  const bad: Record<string, unknown[]> = {
    IPv4: ["10.0.0", "::1", "10.0.0.1:80", "010.0.0.1", "web", 3, null],
    IPv6: ["10.0.0.1", "[::1]", "fe80::1%eth0", ":"],
    FQDN: ["a_b", "http://a", ""],
  };
  const good: Record<string, string> = { IPv4: "10.0.0.2", IPv6: "2001:db8::1", FQDN: "a.example.com" };
  for (const [addressType, addresses] of Object.entries(bad)) {
    for (const address of addresses) {
      const endpoints = [{ addresses: [address, good[addressType]] }];
      const { object, problems } = accept("EndpointSlice", slice({ addressType, endpoints }));
      assert.deepEqual(object.endpoints[0]?.addresses, [good[addressType]]);
      assert.deepEqual(fieldsOf(problems), ["endpoints[0].addresses[0]"]);
    }
  }
});

test("an endpoint without an address that can be used is left out", () => {
  const endpoints = [{ addresses: ["nowhere"] }, { addresses: [] }, {}, "10.0.0.1", { addresses: ["10.0.0.2"] }];
  const { object, problems } = accept("EndpointSlice", slice({ endpoints }));
  assert.deepEqual(
    object.endpoints.map((endpoint) => endpoint.addresses),
    [["10.0.0.2"]],
  );
  assert.deepEqual(fieldsOf(problems), ["endpoints[0].addresses[0]", "endpoints[1]", "endpoints[2]", "endpoints[3]"]);
});

test("an endpoint whose conditions cannot be read is left out", () => {
  const { object, problems } = accept("EndpointSlice", withEndpoint({ conditions: { ready: "no" } }));
  assert.deepEqual(object.endpoints, []);
  assert.deepEqual(fieldsOf(problems), ["endpoints[0].conditions.ready"]);
});

test("UID and name are the pod's, and empty for what is no pod", () => {
  const targets: [unknown, string, string][] = [
    [{ kind: "Pod", uid: "u-1", name: "web-0" }, "u-1", "web-0"],
    [{ uid: "u-1" }, "u-1", ""],
    [{ kind: "VirtualMachine", uid: "u-1", name: "vm" }, "", ""],
    [{ kind: "Pod", name: "web-0" }, "", "web-0"],
    [{ kind: "Pod" }, "", ""],
    [undefined, "", ""],
  ];
  for (const [targetRef, uid, name] of targets) {
    const [read] = accept("EndpointSlice", withEndpoint({ targetRef })).object.endpoints;
    assert.deepEqual([read?.targetUid, read?.targetName], [uid, name]);
  }
});

test("a port without a number is every port, and one that is none is left out", () => {
  const { object, problems } = accept(
    "EndpointSlice",
    slice({ ports: [{}, { name: "http", port: 80 }, { port: 70000 }] }),
  );
  assert.deepEqual(object.ports, [
    { name: "", protocol: "TCP" },
    { name: "http", port: 80, protocol: "TCP" },
  ]);
  assert.deepEqual(fieldsOf(problems), ["ports[2].port"]);
});

test("a slice without a known type of address is left out", () => {
  assert.deepEqual(fieldsOf(refuse(slice({ addressType: "IPv5" }))), ["addressType"]);
  assert.deepEqual(fieldsOf(refuse(slice({ addressType: undefined }))), ["addressType"]);
});
