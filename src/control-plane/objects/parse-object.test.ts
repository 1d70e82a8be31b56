import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { accept, fieldsOf, refuse } from "./accept.ts";
import type { EndpointSlice, Ingress, IngressBackend, KubernetesObject, Metadata, Service } from "./model.ts";
import { parseObject } from "./parse-object.ts";

const ingress = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "web", annotations: { "limpet.dev/affinity": "cookie" }, labels: { app: "web" } },
  spec: {
    ingressClassName: "nginx",
    defaultBackend: { service: { name: "web", port: { name: "http" } } },
    tls: [{ hosts: ["a.example.com"], secretName: "tls" }],
    rules: [
      {
        host: "a.example.com",
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
        },
      },
    ],
  },
};
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { type: "ClusterIP", clusterIP: "10.0.0.1", ports: [{ name: "http", port: 80, targetPort: "web" }] },
};
const slice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
  addressType: "IPv4",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true }, targetRef: { kind: "Pod", uid: "u-1" } }],
};
const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "tls" }, type: "Opaque", data: { key: "aGk=" } };
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { key: "value" } };
const ingressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "nginx" },
  spec: { controller: "k8s.io/ingress-nginx" },
};
const wholesome: readonly object[] = [ingress, service, slice, secret, configMap, ingressClass];

test("an object of each kind is read without a Problem", () => {
  for (const raw of wholesome) {
    const result = parseObject(raw);
    assert.ok(result.ok);
    assert.deepEqual(result.problems, []);
  }
});

test("another kind is passed over", () => {
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } };
  assert.deepEqual(parseObject(deployment), { ok: false, ignored: true, kind: "Deployment" });
  assert.deepEqual(parseObject({ kind: "__proto__" }), { ok: false, ignored: true, kind: "__proto__" });
});

test("a kind of ours in somebody else's group is passed over", () => {
  const foreign = { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata: { name: "web" } };
  assert.deepEqual(parseObject(foreign), { ok: false, ignored: true, kind: "Service" });
});

test("another apiVersion of a kind of ours is a Problem that says which one to write", () => {
  for (const apiVersion of ["extensions/v1beta1", "networking.k8s.io/v1beta1", "v1", undefined, 1]) {
    const [problem] = refuse({ ...ingress, apiVersion });
    assert.equal(problem?.code, "source/api-version-not-served");
    assert.equal(problem.object, "Ingress default/web");
    assert.equal(problem.field, "apiVersion");
    assert.match(problem.hint, /networking\.k8s\.io\/v1,/);
  }
});

test("what is no Kubernetes object is a Problem", () => {
  for (const raw of [null, 3, "text", [], {}, { kind: 3 }, { kind: "" }]) {
    assert.equal(refuse(raw)[0]?.code, "source/object-wrong-shape");
  }
});

test("a List whose items cannot be read is a Problem, and shows nothing of them", () => {
  const [problem] = refuse({ kind: "List", items: { kind: "Secret", stringData: { password: "hunter" } } });
  assert.equal(problem?.field, "items");
  assert.doesNotMatch(JSON.stringify(problem), /hunter/);
});

test("an object whose spec is no mapping is left out", () => {
  for (const raw of [ingress, service, ingressClass]) {
    assert.deepEqual(fieldsOf(refuse({ ...raw, spec: "none" })), ["spec"]);
  }
});

test("an IngressClass has no namespace, and no controller when it names none", () => {
  const { object } = accept("IngressClass", { ...ingressClass, metadata: { name: "x", namespace: "shop" }, spec: {} });
  assert.equal(object.metadata.namespace, "");
  assert.equal(object.controller, "");
  assert.deepEqual(fieldsOf(refuse({ ...ingressClass, spec: { controller: 3 } })), ["spec.controller"]);
});

test("reading never throws and gives only what the model allows, whatever comes in", () => {
  const kinds = fc.constantFrom("Ingress", "IngressClass", "Service", "EndpointSlice", "Secret", "ConfigMap", "List");
  const versions = fc.constantFrom("networking.k8s.io/v1", "v1", "discovery.k8s.io/v1");
  const object = fc.record({ apiVersion: versions, kind: kinds, metadata: fc.jsonValue(), spec: fc.jsonValue() });
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.object(), fc.anything(), object), assertSound));
});

test("an object with any part of it replaced by anything is read soundly", () => {
  const raw = fc.constantFrom(...wholesome);
  const odd = fc.oneof(fc.jsonValue(), fc.string(), fc.integer(), fc.constantFrom(null, "", 0, "A.example.com", "::1"));
  fc.assert(
    fc.property(raw, fc.nat(), odd, (whole, at, value) => assertSound(replaceNth(whole, at, value))),
    { numRuns: 2000 },
  );
});

/** A copy with one part, counted from the outside in and round again, replaced. */
function replaceNth(whole: object, at: number, value: unknown): unknown {
  const copy = structuredClone(whole);
  const places: [Record<string, unknown>, string][] = [];
  const collect = (part: unknown) => {
    if (typeof part !== "object" || part === null) return;
    for (const key of Object.keys(part)) {
      places.push([part as Record<string, unknown>, key]);
      collect((part as Record<string, unknown>)[key]);
    }
  };
  collect(copy);
  const [parent, key] = places[at % places.length] as [Record<string, unknown>, string];
  parent[key] = value;
  return copy;
}

function assertSound(raw: unknown): void {
  const result = parseObject(raw);
  if (!result.ok && result.ignored) return;
  for (const problem of result.problems) {
    assert.match(problem.message, /^[A-Z].*\.$/s);
    assert.match(problem.hint, /\.$/);
    assert.ok(problem.value.length <= 100);
  }
  if (!result.ok) assert.ok(result.problems.length > 0);
  else assertObject(result.object);
}

function assertObject(object: KubernetesObject): void {
  assertMetadata(object.metadata, object.kind);
  if (object.kind === "Ingress") assertIngress(object);
  if (object.kind === "Service") assertService(object);
  if (object.kind === "EndpointSlice") assertSlice(object);
  if (object.kind === "Secret") assertEvery(Object.values(object.data), (bytes) => bytes.constructor === Uint8Array);
  if (object.kind === "ConfigMap") assertEvery(Object.values(object.data), (text) => typeof text === "string");
  if (object.kind === "IngressClass") assert.equal(typeof object.controller, "string");
}

function assertEvery<T>(items: readonly T[], holds: (item: T) => boolean): void {
  for (const item of items) assert.ok(holds(item), JSON.stringify(item));
}

function assertPort(port: unknown): void {
  assert.ok(typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65536, String(port));
}

function assertMetadata(metadata: Metadata, kind: string): void {
  assert.match(metadata.name, /^[a-z0-9][-a-z0-9.]*$/);
  assert.match(metadata.namespace, kind === "IngressClass" ? /^$/ : /^[a-z0-9][-a-z0-9]*$/);
  assert.ok(Number.isFinite(metadata.createdAt) && Number.isInteger(metadata.generation));
  assert.equal(typeof metadata.uid, "string");
  assertEvery(
    [...Object.values(metadata.labels), ...Object.values(metadata.annotations)],
    (t) => typeof t === "string",
  );
}

function assertBackend(backend: IngressBackend): void {
  if (backend.kind === "resource") return;
  assert.match(backend.service, /^[a-z0-9][-a-z0-9]*$/);
  if (typeof backend.port === "string") assert.match(backend.port, /^[a-z0-9][-a-z0-9]*$/);
  else if (backend.port !== undefined) assertPort(backend.port);
}

function assertIngress(object: Ingress): void {
  if (object.defaultBackend !== undefined) assertBackend(object.defaultBackend);
  for (const { host, paths } of object.rules) {
    assert.match(host, /^(\*\.)?[a-z0-9][-a-z0-9.]*$|^$/);
    for (const path of paths ?? []) {
      assert.match(path.path, /^\/|^$/);
      assert.ok(["Exact", "Prefix", "ImplementationSpecific"].includes(path.pathType));
      assertBackend(path.backend);
    }
  }
  for (const { hosts, secretName } of object.tls) {
    assertEvery([...hosts, secretName], (text) => typeof text === "string");
  }
}

function assertService(object: Service): void {
  assert.ok(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"].includes(object.type));
  assert.ok(["", "None"].includes(object.clusterIP) || isIP(object.clusterIP) > 0);
  for (const port of object.ports) {
    assertPort(port.port);
    if (typeof port.targetPort === "string") assert.match(port.targetPort, /^[-a-z0-9]{1,15}$/);
    else assertPort(port.targetPort);
    assert.match(port.protocol, /^(TCP|UDP|SCTP)$/);
  }
}

function assertSlice(object: EndpointSlice): void {
  for (const endpoint of object.endpoints) {
    assert.ok(endpoint.addresses.length > 0);
    const version = { IPv4: 4, IPv6: 6, FQDN: undefined }[object.addressType];
    if (version !== undefined) assertEvery(endpoint.addresses, (address) => isIP(address) === version);
    const conditions = [endpoint.ready, endpoint.serving, endpoint.terminating];
    assertEvery(conditions, (condition) => typeof condition === "boolean");
    assertEvery([endpoint.targetUid, endpoint.targetName], (text) => typeof text === "string");
  }
  for (const port of object.ports) if (port.port !== undefined) assertPort(port.port);
}
