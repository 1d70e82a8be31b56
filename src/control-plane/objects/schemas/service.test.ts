import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, fieldsOf, refuse } from "../accept.ts";

function service(spec: unknown): unknown {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec };
}

test("absent fields of a Service and its ports take the API's defaults", () => {
  const { object, problems } = accept("Service", service({ ports: [{ port: 80 }] }));
  assert.deepEqual(problems, []);
  assert.equal(object.type, "ClusterIP");
  assert.equal(object.clusterIP, "");
  assert.deepEqual(object.ports, [{ name: "", port: 80, targetPort: 80, protocol: "TCP" }]);
});

test("a target port is a number, a name, or where nothing is said the port itself", () => {
  const targets: [unknown, number | string][] = [
    [8080, 8080],
    ["http-web", "http-web"],
    [0, 80],
    ["", 80],
    [null, 80],
  ];
  for (const [targetPort, expected] of targets) {
    const { object } = accept("Service", service({ ports: [{ port: 80, targetPort }] }));
    assert.equal(object.ports[0]?.targetPort, expected);
  }
});

test("a port that cannot be used is left out, and the others are kept", () => {
  const bad: [unknown, string][] = [
    [{ port: 0 }, ".port"],
    [{ port: 65536 }, ".port"],
    [{ port: "80" }, ".port"],
    [{ port: 80.5 }, ".port"],
    [{}, ".port"],
    [{ port: 80, targetPort: "8080" }, ".targetPort"],
    [{ port: 80, targetPort: "a--b" }, ".targetPort"],
    [{ port: 80, targetPort: "a-name-that-is-long" }, ".targetPort"],
    [{ port: 80, targetPort: true }, ".targetPort"],
    [{ port: 80, protocol: "tcp" }, ".protocol"],
    [{ port: 80, name: "HTTP" }, ".name"],
    [80, ""],
  ];
  for (const [port, field] of bad) {
    const { object, problems } = accept("Service", service({ ports: [port, { name: "kept", port: 81 }] }));
    assert.deepEqual(
      object.ports.map((kept) => kept.name),
      ["kept"],
    );
    assert.deepEqual(fieldsOf(problems), [`spec.ports[0]${field}`]);
  }
});

test("a Service without a spec has no ports", () => {
  assert.deepEqual(accept("Service", service(undefined)).object.ports, []);
});

test("a type that is not known counts as ClusterIP, with a warning", () => {
  const { object, problems } = accept("Service", service({ type: "Loadbalancer" }));
  assert.equal(object.type, "ClusterIP");
  assert.equal(problems[0]?.severity, "warning");
});

test("an address that is none and an external name that is none are left out", () => {
  const { object, problems } = accept("Service", service({ clusterIP: "10.0.0", externalName: "http://a" }));
  assert.equal(object.clusterIP, "");
  assert.equal(object.externalName, "");
  assert.deepEqual(fieldsOf(problems), ["spec.clusterIP", "spec.externalName"]);
});

test("a headless Service and one outside are read as they are", () => {
  assert.equal(accept("Service", service({ clusterIP: "None" })).object.clusterIP, "None");
  const { object } = accept("Service", service({ type: "ExternalName", externalName: "API.example.com." }));
  assert.equal(object.externalName, "api.example.com.");
});

test("a Service needs a name without dots, for its ports are told apart by it", () => {
  const raw = { apiVersion: "v1", kind: "Service", metadata: { name: "web.shop" } };
  assert.deepEqual(fieldsOf(refuse(raw)), ["metadata.name"]);
});
