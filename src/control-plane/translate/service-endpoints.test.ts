import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ServicePort, SliceEndpoint, SlicePort } from "../objects/model.ts";
import { mergeEndpoints } from "./merge-endpoints.ts";
import { type Candidate, candidatesOf, endpointState, findServicePort, slicePorts } from "./service-endpoints.ts";
import { endpoint, service, slice } from "./test-objects.ts";

function servicePort(name: string, port: number, targetPort: number | string, protocol = "TCP"): ServicePort {
  return { name, port, targetPort, protocol };
}

function slicePort(name: string, port?: number, protocol = "TCP"): SlicePort {
  return port === undefined ? { name, protocol } : { name, port, protocol };
}

function portsOf(ports: readonly SlicePort[], port: ServicePort): readonly number[] {
  return slicePorts(slice("s", "web", [], { ports }), port);
}

function state(conditions: Partial<SliceEndpoint>) {
  return endpointState(endpoint("10.0.0.1", conditions));
}

describe("a Service's port", () => {
  const web = service(
    "web",
    {},
    {
      ports: [
        servicePort("dns", 80, 53, "UDP"),
        servicePort("http", 80, "web-port"),
        servicePort("metrics", 9100, 8080),
        servicePort("80", 81, 8081),
      ],
    },
  );

  it("is found by number, target port and name, the first that fits", () => {
    assert.equal(findServicePort(web, 80)?.name, "http");
    assert.equal(findServicePort(web, "80")?.name, "http");
    assert.equal(findServicePort(web, "http")?.name, "http");
    assert.equal(findServicePort(web, "web-port")?.name, "http");
    assert.equal(findServicePort(web, 8080)?.name, "metrics");
    assert.equal(findServicePort(web, 81)?.name, "80");
  });

  it("is not found when nothing fits, or nothing is asked for", () => {
    for (const written of [82, "dns", "", undefined]) assert.equal(findServicePort(web, written), undefined);
  });
});

describe("a slice's ports", () => {
  it("are those of the Service port's name, or all when it has none", () => {
    const ports = [slicePort("a", 1), slicePort("b", 2), slicePort("a", 3, "UDP")];
    assert.deepEqual(portsOf(ports, servicePort("b", 80, 8080)), [2]);
    assert.deepEqual(portsOf(ports, servicePort("", 80, 8080)), [1, 2]);
  });

  it("are the target port when the slice has none of that name", () => {
    assert.deepEqual(portsOf([slicePort("a", 1)], servicePort("c", 80, 8080)), [8080]);
    assert.deepEqual(portsOf([slicePort("a", 1)], servicePort("c", 80, "named")), []);
    assert.deepEqual(portsOf([], servicePort("c", 80, 8080)), [8080]);
    assert.deepEqual(portsOf([slicePort("c")], servicePort("c", 80, 8080)), [8080]);
  });

  it("are none when they are not TCP", () => {
    assert.deepEqual(portsOf([slicePort("c", 1, "UDP")], servicePort("c", 80, 8080)), []);
  });
});

describe("the state of an endpoint", () => {
  it("is ready, draining while it terminates and serves, or nothing", () => {
    assert.equal(state({}), "ready");
    assert.equal(state({ ready: false, serving: true, terminating: true }), "draining");
    assert.equal(state({ ready: false, serving: false, terminating: true }), undefined);
    assert.equal(state({ ready: false, serving: true, terminating: false }), undefined);
    assert.equal(state({ ready: true, serving: false, terminating: true }), "draining");
  });
});

describe("endpoints", () => {
  const ready = (address: string, uid = "", port = 80): Candidate => {
    const family = address.includes(":") ? "IPv6" : "IPv4";
    return { address, port, state: "ready", uid, podName: "", family };
  };
  const merged = (candidates: readonly Candidate[], families: readonly string[] = []) =>
    mergeEndpoints(candidates, families).map(
      ({ endpoint: it, identity }) => `${it.address} ${it.port} ${it.state} ${identity}`,
    );

  it("are the same whatever order the slices come in", () => {
    const candidates = [
      ready("10.0.0.2", "b"),
      ready("10.0.0.1", "a"),
      { ...ready("10.0.0.1", "z"), state: "draining" as const },
      ready("10.0.0.10"),
    ];
    const expected = ["10.0.0.1 80 ready a", "10.0.0.10 80 ready 10.0.0.10:80", "10.0.0.2 80 ready b"];
    assert.deepEqual(merged(candidates), expected);
    assert.deepEqual(merged(candidates.toReversed()), expected);
  });

  it("count a pod of two families once", () => {
    const candidates = [ready("10.0.0.1", "a"), ready("fd00::1", "a")];
    assert.deepEqual(merged(candidates), ["10.0.0.1 80 ready a"]);
    assert.deepEqual(merged(candidates, ["IPv6", "IPv4"]), ["fd00::1 80 ready a"]);
    assert.deepEqual(merged(candidates.slice(1)), ["fd00::1 80 ready a"]);
  });

  it("without a pod are told apart by address, bracketed for IPv6", () => {
    assert.deepEqual(merged([ready("10.0.0.1"), ready("fd00::1")]), [
      "10.0.0.1 80 ready 10.0.0.1:80",
      "fd00::1 80 ready [fd00::1]:80",
    ]);
  });

  it("of one pod are told apart by port, or by address too", () => {
    assert.deepEqual(merged([ready("10.0.0.1", "a", 80), ready("10.0.0.1", "a", 81)]), [
      "10.0.0.1 80 ready a:80",
      "10.0.0.1 81 ready a:81",
    ]);
    assert.deepEqual(merged([ready("10.0.0.1", "a"), ready("10.0.0.2", "a")]), [
      "10.0.0.1 80 ready a:10.0.0.1:80",
      "10.0.0.2 80 ready a:10.0.0.2:80",
    ]);
  });

  it("are IP addresses with a port, and nothing else", () => {
    const odd = ["example.com", "fe80::1%eth0", "10.0.0.256", ""].map((address) => endpoint(address));
    const { found, unusable } = candidatesOf(servicePort("", 80, 8080), [
      slice("s", "web", [endpoint("10.0.0.1"), ...odd]),
    ]);
    assert.deepEqual(
      found.map(({ address }) => address),
      ["10.0.0.1"],
    );
    assert.equal(unusable.length, odd.length);
    const wide = candidatesOf(servicePort("", 80, 70000), [slice("s", "web", [endpoint("10.0.0.1")], { ports: [] })]);
    assert.deepEqual(wide.found, []);
  });
});
