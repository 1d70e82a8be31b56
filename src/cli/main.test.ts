import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { FakeDnsServer } from "../control-plane/names/fake-dns-server.ts";
import { main } from "./main.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/sticky", import.meta.url));
const DEMO = fileURLToPath(new URL("../../examples/demo", import.meta.url));

// Whoever runs the tests may have a cluster.
delete process.env.KUBECONFIG;

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function limpet(...words: string[]): Promise<Ended> {
  let out = "";
  let err = "";
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const status = await main(words, terminal);
  return { status, out, err };
}

describe("wrong usage ends with its own status and a way out", () => {
  const cases: readonly (readonly [words: readonly string[], says: RegExp])[] = [
    [[], /Usage: limpet/],
    [["rnu"], /Did you mean run\?/],
    [["run"], /name a folder of manifests with --manifests DIR/],
    [["run", "--htp-port", "80"], /Did you mean --http-port\?/],
    [["run", "--http-port", "65536"], /whole number from 1 to 65535/],
    [["run", "--http-port", "8o"], /whole number from 1 to 65535/],
    [["run", "--https-port", "65536"], /--https-port/],
    [["run", "--classic-cookies", "acept"], /Did you mean accept\?/],
    [["run", "--log-level", "verbos"], /It is one of trace, debug, info/],
    [["run", "--bind-address", "localhost"], /Write an IP address/],
    [["run", "--default-backend-service", "web"], /NAMESPACE\/NAME/],
    [["run", "--watch-ingress-without-class=maybe"], /true or false/],
    [["run", "--ingress-class", "a,,b"], /commas/],
    [["run", "--dns-servers", "dns.example.com"], /IP addresses, such as/],
    [["run", "--validating-webhook", "webhook"], /Write a port, such as :8443/],
    [["run", "--validating-webhook", ":65536"], /whole number from 1 to 65535/],
    [["run", "--validating-webhook", "fd00::1:8443"], /\[ADDRESS\]:PORT/],
    [["run", "--validating-webhook", "[fd00::1]:8443", "--manifests", "x"], /on manifests no API server asks/],
    [["run", "--access-log", "/tmp/$x"], /neither \$ nor a control character/],
    [["check"], /a folder of manifests with --manifests DIR, or a cluster with --kubeconfig FILE/],
    [["check", "x", "--kubeconfig", "y"], /either folders of manifests or --kubeconfig/],
    [["check", "x", "--output", "yaml"], /It is one of text, json/],
    [["explain", "http://x/"], /--manifests DIR, or a running Limpet with --admin URL/],
    [["explain", "http://x/", "--cookie", "value"], /NAME=VALUE/],
    [["explain", "http://x/", "--header", "value"], /NAME: VALUE/],
    [["version", "now"], /too many arguments/],
  ];
  for (const [words, says] of cases) {
    it(`limpet ${words.join(" ")}`, async () => {
      const ended = await limpet(...words);
      assert.equal(ended.status, 2);
      assert.match(ended.err, says);
      assert.equal(ended.out, "");
    });
  }
});

describe("help and version", () => {
  for (const words of [["--help"], ["help"], ["help", "run"], ["run", "--help"], ["--version"]]) {
    it(`are no mistake: limpet ${words.join(" ")}`, async () => {
      const { status, out, err } = await limpet(...words);
      assert.deepEqual([status, err], [0, ""]);
      assert.notEqual(out, "");
    });
  }

  it("names Limpet, Node and NGINX", async () => {
    const { status, out } = await limpet("version", "--output", "json", "--nginx", "/nowhere/nginx");
    assert.equal(status, 0);
    const versions = JSON.parse(out) as Record<string, string | null>;
    assert.equal(versions.node, process.versions.node);
    assert.equal(versions.nginx, null);
    assert.match(versions.missing ?? "", /\/nowhere\/nginx/);
  });
});

describe("a flag from the environment", () => {
  afterEach(() => {
    delete process.env.LIMPET_HTTP_PORT;
    delete process.env.LIMPET_OUTPUT;
  });

  it("counts as the flag", async () => {
    process.env.LIMPET_OUTPUT = "json";
    const { out } = await limpet("check", EXAMPLE);
    assert.equal((JSON.parse(out) as { routes: number }).routes, 1);
  });

  it("is judged as the flag, and named", async () => {
    process.env.LIMPET_HTTP_PORT = "none";
    const { status, err } = await limpet("run");
    assert.equal(status, 2);
    assert.match(err, /LIMPET_HTTP_PORT/);
  });

  it("gives way to the flag itself", async () => {
    process.env.LIMPET_OUTPUT = "json";
    assert.match((await limpet("check", EXAMPLE, "--output", "text")).out, /^0 Problems, 1 Route, 1 Backend\.$/m);
  });
});

describe("limpet check", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("finds nothing wrong with the examples", async () => {
    for (const example of [EXAMPLE, DEMO]) assert.deepEqual((await limpet("check", example)).status, 0, example);
  });

  it("names file, line, object, value and remedy of a Problem, and ends with its status", async () => {
    await writeFile(
      join(folder, "web.yaml"),
      `# a comment
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/affinity: cookie
    nginx.ingress.kubernetes.io/session-cookie-max-age: 1h
spec:
  ingressClassName: nginx
  rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    );
    const { status, out } = await limpet("check", folder);
    assert.equal(status, 1);
    assert.match(out, new RegExp(`^${join(folder, "web.yaml")}:\\d+(:\\d+)?: \\w+: Ingress default/web: `, "m"));
    assert.match(out, /session-cookie-max-age.* = "1h"/);
    const json = JSON.parse((await limpet("check", folder, "--output", "json")).out) as {
      problems: { file: string }[];
    };
    assert.ok(json.problems.every(({ file }) => file === join(folder, "web.yaml")));
  });

  it("says which Ingresses are not ours, and why", async () => {
    const ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "theirs" },
      spec: { ingressClassName: "other", rules: [] },
    };
    await writeFile(join(folder, "theirs.json"), JSON.stringify(ingress));
    const { out } = await limpet("check", folder, "--output", "json");
    const { notOurs, routes } = JSON.parse(out) as { notOurs: { ingress: string; why: string }[]; routes: number };
    assert.equal(routes, 0);
    assert.equal(notOurs[0]?.ingress, "default/theirs");
    assert.match(notOurs[0]?.why ?? "", /other/);
  });

  it("fails in one sentence when there is no such folder", async () => {
    const { status, err } = await limpet("check", join(folder, "none"));
    assert.equal(status, 1);
    assert.match(err, /^limpet: .* does not exist; .*\n$/);
  });
});

describe("names of ExternalName Services", () => {
  let folder: string;
  let dns: FakeDnsServer;

  before(async () => {
    dns = await FakeDnsServer.start();
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
    const service = { kind: "Service", metadata: { name: "out" }, spec: external("api.example.org.") };
    const backend = { service: { name: "out", port: { number: 8080 } } };
    const rules = [{ http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
    const ingress = { kind: "Ingress", metadata: { name: "out" }, spec: { ingressClassName: "nginx", rules } };
    await writeFile(join(folder, "service.json"), JSON.stringify({ apiVersion: "v1", ...service }));
    await writeFile(join(folder, "ingress.json"), JSON.stringify({ apiVersion: "networking.k8s.io/v1", ...ingress }));
  });

  after(async () => {
    await dns.stop();
    await rm(folder, { recursive: true });
  });

  function external(externalName: string): Record<string, string> {
    return { type: "ExternalName", externalName };
  }

  async function explained(): Promise<Record<string, unknown>> {
    const words = ["http://any.test/", "--manifests", folder, "--state-dir", folder, "--dns-servers", dns.address];
    return JSON.parse((await limpet("explain", ...words, "--seed", "1", "--output", "json")).out);
  }

  it("are not looked up by check, and are no Problem of it", async () => {
    const { status, out } = await limpet("check", folder);
    assert.deepEqual([status, out], [0, "0 Problems, 1 Route, 1 Backend.\n"]);
    assert.deepEqual(dns.asked, []);
  });

  it("are Problems of check when they are not served", async () => {
    const { status, out } = await limpet("check", folder, "--disable-svc-external-name");
    assert.equal(status, 1);
    assert.match(out, /service\.json:1: error: Service default\/out: .*\[service\/external-name-disabled\]/);
  });

  it("are looked up by explain, which says what is wrong with them", async () => {
    dns.fail("api.example.org", "NODATA");
    const unresolved = await explained();
    assert.equal(unresolved.endpoint, null);
    assert.match(JSON.stringify(unresolved.steps), /"name","outcome":"api.example.org.","detail":"The name does not/);
    dns.tell("api.example.org", ["192.0.2.1"]);
    const resolved = await explained();
    assert.equal(resolved.endpoint, "192.0.2.1:8080");
    assert.doesNotMatch(JSON.stringify(resolved.steps), /"step":"name"/);
  });
});

describe("limpet explain", () => {
  let state: string;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), "limpet-"));
  });

  after(() => rm(state, { recursive: true }));

  async function explained(...words: string[]): Promise<Record<string, unknown>> {
    const all = [
      "explain",
      "http://any.test/",
      "--manifests",
      EXAMPLE,
      "--state-dir",
      state,
      "--output",
      "json",
      ...words,
    ];
    return JSON.parse((await limpet(...all)).out) as Record<string, unknown>;
  }

  it("gives a cookie by a seed which then sticks, under the key of the state folder", async () => {
    const { loadKeys } = await import("../control-plane/controller/keys.ts");
    await loadKeys(join(state, "keys"));
    const first = await explained("--seed", "7");
    assert.equal(first.affinity, "assign");
    assert.match(String(first.setCookie), /^INGRESSCOOKIE=.*; Expires=.*; Max-Age=172800; Path=\/; HttpOnly$/);
    const cookie = String(first.setCookie).split(";")[0] as string;
    const second = await explained("--cookie", "a=b", "--cookie", cookie);
    assert.deepEqual([second.affinity, second.reason, second.endpoint], ["stick", "bound", first.endpoint]);
  });

  it("prints steps for people, and says when it has no key", async () => {
    const { out, status } = await limpet(
      "explain",
      "any.test",
      "--manifests",
      EXAMPLE,
      "--state-dir",
      join(state, "none"),
    );
    assert.equal(status, 0);
    assert.match(out, /^key +none - no key can be read/m);
    assert.match(out, /^service +default\/nginx-service:80$/m);
  });

  it("fails in one sentence when nobody answers", async () => {
    const { status, err } = await limpet("explain", "http://x/", "--admin", "127.0.0.1:1");
    assert.equal(status, 1);
    assert.match(err, /^limpet: No Limpet answers at http:\/\/127\.0\.0\.1:1: /);
  });
});
