import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";

const HOST = "sticky.example.com";

/** What the image of examples/cluster/application.yaml says of its page. */
const APPLICATION = {
  "Content-Type": "text/html",
  "Content-Length": "612",
  "Last-Modified": "Tue, 24 Jan 2017 14:02:19 GMT",
  ETag: '"58875e6b-264"',
  "Accept-Ranges": "bytes",
};

const PAGE = ".".repeat(Number(APPLICATION["Content-Length"]));

/** Everything that `kubectl describe ing nginx-test` prints before the events. */
const DESCRIBED = `\
Name:             nginx-test
Labels:           <none>
Namespace:        default
Address:          192.0.2.1
Ingress Class:    nginx
Default backend:  <default>
Rules:
  Host                Path  Backends
  ----                ----  --------
  sticky.example.com
                      /   nginx-service:80 (10.1.1.1:8080,10.1.1.2:8080,10.1.1.3:8080)
Annotations:          nginx.ingress.kubernetes.io/affinity: cookie
                      nginx.ingress.kubernetes.io/affinity-canary-behavior: sticky
                      nginx.ingress.kubernetes.io/affinity-mode: persistent
                      nginx.ingress.kubernetes.io/session-cookie-change-on-failure: true
                      nginx.ingress.kubernetes.io/session-cookie-conditional-samesite-none: true
                      nginx.ingress.kubernetes.io/session-cookie-domain: sticky.example.com
                      nginx.ingress.kubernetes.io/session-cookie-expires: 172800
                      nginx.ingress.kubernetes.io/session-cookie-max-age: 172800
                      nginx.ingress.kubernetes.io/session-cookie-name: INGRESSCOOKIE
                      nginx.ingress.kubernetes.io/session-cookie-path: /
                      nginx.ingress.kubernetes.io/session-cookie-samesite: Lax
                      nginx.ingress.kubernetes.io/session-cookie-secure: false
`;

/** Everything that `curl -I` prints, less what differs each time. */
const CURL = `\
HTTP/1.1 200 OK
Date: …
Content-Type: text/html
Content-Length: 612
Connection: keep-alive
X-Endpoint: …
Last-Modified: Tue, 24 Jan 2017 14:02:19 GMT
ETag: "58875e6b-264"
Accept-Ranges: bytes
Set-Cookie: INGRESSCOOKIE=…; Expires=…; Max-Age=172800; Domain=sticky.example.com; Path=/; HttpOnly; SameSite=Lax
Cache-Control: private

`;

/** Puts … for what differs each time, a date and a sealed value with its stamp, where it has its form. */
function masked(head: string): string {
  return head
    .replaceAll("\r", "")
    .replace(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/m, "Date: …")
    .replace(/^X-Endpoint: pod-[123]$/m, "X-Endpoint: …")
    .replace(/=[\w-]{16}\.\d{10};/, "=…;")
    .replace(/Expires=\w{3}, \d\d-\w{3}-\d\d [\d:]{8} GMT;/, "Expires=…;");
}

function example(name: string): string {
  return fileURLToPath(new URL(`../../examples/cluster/${name}`, import.meta.url));
}

/** The guide's own steps, docs/guide/sticky-sessions.md, with its own files. */
describe("the guide to sticky sessions", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];

  before(async () => {
    pods = await startPods(3, (_, response) => response.writeHead(200, APPLICATION).end(PAGE));
    cluster = await startCluster({ flags: ["--publish-status-address", "192.0.2.1"] });
    const { admin } = cluster;
    await admin.run("create", "-f", example("ingress-class.yaml"));
    await admin.run("create", "-f", example("application.yaml"));
    // There are no nodes here: what would come of the Deployment runs already.
    await admin.apply([podSlice(pods, "nginx-service")]);
    assert.equal(
      (await admin.run("create", "-f", example("ingress.yaml"))).trim(),
      "ingress.networking.k8s.io/nginx-test created",
    );
    await cluster.limpet.eventually("the Ingress", async () => {
      return (await cluster.limpet.send({ host: HOST })).status === 200;
    });
  });

  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  it("shows host, path, backends, all twelve annotations, and Limpet's acknowledgement", async () => {
    const { admin, limpet } = cluster;
    const describe = () => admin.run("describe", "ing", "nginx-test");
    await limpet.eventually("two events", async () => (await describe()).match(/^ +Normal /gm)?.length === 2);
    await limpet.eventually("the address", async () => (await describe()).includes("192.0.2.1"));
    const shown = (await describe()).replace(/ +$/gm, "");
    assert.equal(shown.slice(0, shown.indexOf("Events:")), DESCRIBED);
    assert.match(shown, /^ +Normal +CREATE +\S+ +limpet +default\/nginx-test$/m);
    assert.match(shown, /^ +Normal +Sync +\S+ +limpet +The newest version is being served$/m);
  });

  it("gets a cookie with its attributes, which sticks when it is sent back", async () => {
    const { limpet } = cluster;
    const first = await limpet.send({ host: HOST, method: "HEAD" });
    assert.equal(first.status, 200);
    const [line = "", ...more] = first.setCookies;
    assert.deepEqual(more, []);
    const attributes = line.replace(/=[^;]*/, "=…").replace(/Expires=[^;]*/, "Expires=…");
    assert.equal(
      attributes,
      "INGRESSCOOKIE=…; Expires=…; Max-Age=172800; Domain=sticky.example.com; Path=/; HttpOnly; SameSite=Lax",
    );
    const cookie = line.slice(0, line.indexOf(";"));
    for (let i = 0; i < 10; i++) {
      const again = await limpet.send({ host: HOST, cookie });
      assert.equal(again.endpoint, first.endpoint);
      assert.deepEqual(again.setCookies, []);
    }
  });

  it("shows curl the cookie, beside what the application says", async () => {
    const url = `http://127.0.0.1:${cluster.limpet.httpPort}/`;
    const { stdout } = await promisify(execFile)("curl", ["-sS", "-I", "-H", `Host: ${HOST}`, url]);
    assert.equal(masked(stdout), CURL);
  });

  it("replaces a cookie that names no endpoint", async () => {
    const reply = await cluster.limpet.send({ host: HOST, cookie: "INGRESSCOOKIE=nobody" });
    assert.equal(reply.status, 200);
    assert.match(reply.setCookies[0] ?? "", /^INGRESSCOOKIE=/);
  });
});
