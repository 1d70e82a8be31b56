import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, fieldsOf, refuse } from "../accept.ts";

const backend = { service: { name: "web", port: { number: 80 } } };
const served = { kind: "service", service: "web", port: 80 };

function ingress(spec: unknown): unknown {
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web" }, spec };
}

function withRules(...rules: unknown[]): unknown {
  return ingress({ rules });
}

function withPaths(...paths: unknown[]): unknown {
  return withRules({ host: "a.example.com", http: { paths } });
}

function withBackend(raw: unknown): unknown {
  return ingress({ defaultBackend: raw });
}

test("absent fields of a path take their defaults", () => {
  const { object, problems } = accept("Ingress", withPaths({ backend }));
  assert.deepEqual(problems, []);
  const paths = [{ path: "", pathType: "ImplementationSpecific", backend: served }];
  assert.deepEqual(object.rules, [{ host: "a.example.com", paths }]);
});

test("a path type that is not known counts as ImplementationSpecific, with a warning", () => {
  const { object, problems } = accept("Ingress", withPaths({ path: "/", pathType: "prefix", backend }));
  assert.equal(object.rules[0]?.paths?.[0]?.pathType, "ImplementationSpecific");
  assert.equal(problems[0]?.severity, "warning");
  assert.equal(problems[0]?.field, "spec.rules[0].http.paths[0].pathType");
});

test("hosts are lower-cased; absent and empty ones are every host", () => {
  const { object } = accept(
    "Ingress",
    withRules({ host: "WWW.Example.com" }, { host: "*.Example.com" }, { host: "" }, {}),
  );
  assert.deepEqual(object.rules, [{ host: "www.example.com" }, { host: "*.example.com" }, { host: "" }, { host: "" }]);
});

test("a rule whose host is none is not served, and the others are", () => {
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  for (const host of ["a_b.com", "http://a.com", "a.com:80", "*.*.com", "a.*.com", "*", "a..b", "a.com.", 3, " "]) {
    const { object, problems } = accept("Ingress", withRules({ host, http }, { host: "b.example.com", http }));
    assert.deepEqual(
      object.rules.map((rule) => rule.host),
      ["b.example.com"],
    );
    assert.deepEqual(fieldsOf(problems), ["spec.rules[0].host"]);
    assert.match(problems[0]?.message ?? "", /this rule is not served\.$/);
    assert.equal(problems[0]?.severity, "error");
  }
});

test("a path that cannot be used is not served, and the others are", () => {
  const good = { path: "/good", pathType: "Prefix", backend };
  const bad: [unknown, string][] = [
    [{ path: "shop", backend }, ".path"],
    [{ path: 3, backend }, ".path"],
    [{ path: "/a/../b", pathType: "Prefix", backend }, ".path"],
    [{ path: "/a//b", pathType: "Exact", backend }, ".path"],
    [{ path: "/a" }, ".backend"],
    [{ path: "/a", backend: {} }, ".backend"],
    [{ path: "/a", backend: { serviceName: "web", servicePort: 80 } }, ".backend"],
    [{ path: "/a", backend: { service: { name: "web", port: { number: 0 } } } }, ".backend.service.port.number"],
    [null, ""],
    ["/a", ""],
  ];
  for (const [path, field] of bad) {
    const { object, problems } = accept("Ingress", withPaths(path, good));
    assert.deepEqual(
      object.rules[0]?.paths?.map((kept) => kept.path),
      ["/good"],
    );
    assert.deepEqual(fieldsOf(problems)[0], `spec.rules[0].http.paths[0]${field}`);
  }
});

test("an ImplementationSpecific path may be a pattern with dots and slashes", () => {
  const { problems } = accept(
    "Ingress",
    withPaths({ path: "/a//(.*)/..", pathType: "ImplementationSpecific", backend }),
  );
  assert.deepEqual(problems, []);
});

test("a rule without http has no paths, and one with an unusable http is not served", () => {
  const { object, problems } = accept(
    "Ingress",
    withRules({ host: "a.com" }, { host: "b.com", http: "/" }, { http: { paths: {} } }),
  );
  assert.deepEqual(object.rules, [{ host: "a.com" }]);
  assert.deepEqual(fieldsOf(problems), ["spec.rules[1].http", "spec.rules[2].http.paths"]);
});

test("what is left of a list knows its place, so that later Problems name the right item", () => {
  const { object } = accept("Ingress", withRules({ host: "b.com", http: "/" }, { host: "a.com" }));
  assert.deepEqual(object.rules, [{ host: "a.com", position: 1 }]);
});

test("a default backend does not take over every host when the rules beside it are all lost", () => {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const raw = withRules({ host: "not a host" }) as { spec: object };
  const { object, problems } = accept("Ingress", { ...raw, spec: { ...raw.spec, defaultBackend: backend } });
  assert.equal(object.defaultBackend, undefined);
  assert.deepEqual(fieldsOf(problems), ["spec.rules[0].host", "spec.defaultBackend"]);
});

test("a backend names its port by number, by name, or not at all", () => {
  const ports: [unknown, number | string | undefined][] = [
    [{ number: 8080 }, 8080],
    [{ name: "http" }, "http"],
    [{ name: "a-name-of-a-service-port" }, "a-name-of-a-service-port"],
    [{}, undefined],
    [undefined, undefined],
  ];
  for (const [port, expected] of ports) {
    const { object, problems } = accept("Ingress", withBackend({ service: { name: "web", port } }));
    assert.deepEqual(problems, []);
    const rest = expected === undefined ? {} : { port: expected };
    assert.deepEqual(object.defaultBackend, { kind: "service", service: "web", ...rest });
  }
});

test("a default backend that cannot be used is left out", () => {
  const service = { name: "web" };
  for (const port of [{ number: 65536 }, { number: "80" }, { name: "80" }, { number: 80, name: "http" }, 80]) {
    const { object, problems } = accept("Ingress", withBackend({ service: { name: "web", port } }));
    assert.equal(object.defaultBackend, undefined);
    assert.equal(problems.length, 1);
  }
  assert.equal(accept("Ingress", withBackend({ service, resource: {} })).object.defaultBackend, undefined);
});

test("a backend that is a resource is kept as one", () => {
  const resource = { apiGroup: "example.com", kind: "Bucket", name: "files" };
  assert.deepEqual(accept("Ingress", withBackend({ resource })).object.defaultBackend, { kind: "resource" });
});

test("an Ingress whose class cannot be read is left out: nobody knows whose it is", () => {
  assert.deepEqual(fieldsOf(refuse(ingress({ ingressClassName: 3 }))), ["spec.ingressClassName"]);
  assert.equal(accept("Ingress", ingress({})).object.ingressClassName, undefined);
  assert.equal(accept("Ingress", ingress({ ingressClassName: "nginx" })).object.ingressClassName, "nginx");
});

test("a host of tls that is none is left out of its entry", () => {
  const { object, problems } = accept("Ingress", ingress({ tls: [{ hosts: ["A.com", "a_b", 3], secretName: "tls" }] }));
  assert.deepEqual(object.tls, [{ hosts: ["a.com"], secretName: "tls" }]);
  assert.deepEqual(fieldsOf(problems), ["spec.tls[0].hosts[1]", "spec.tls[0].hosts[2]"]);
});

test("an entry of tls whose Secret is none still asks for TLS", () => {
  const { object, problems } = accept("Ingress", ingress({ tls: [{ hosts: ["a.com"], secretName: "no/name" }, {}] }));
  assert.deepEqual(object.tls, [
    { hosts: ["a.com"], secretName: "" },
    { hosts: [], secretName: "" },
  ]);
  assert.deepEqual(fieldsOf(problems), ["spec.tls[0].secretName"]);
});
