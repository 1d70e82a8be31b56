import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANNOTATIONS, findAnnotation } from "./annotation-table.ts";

/** ingress-nginx 1.15.1 has these under its prefix, and the left-over hash. */
const KNOWN = `
affinity affinity-mode affinity-canary-behavior session-cookie-name session-cookie-expires session-cookie-max-age
session-cookie-path session-cookie-domain session-cookie-secure session-cookie-samesite
session-cookie-conditional-samesite-none session-cookie-change-on-failure session-cookie-hash canary canary-weight
canary-weight-total canary-by-header canary-by-header-value canary-by-header-pattern canary-by-cookie upstream-hash-by
upstream-hash-by-subset upstream-hash-by-subset-size load-balance service-upstream server-alias use-regex rewrite-target
proxy-next-upstream proxy-next-upstream-tries proxy-next-upstream-timeout proxy-connect-timeout proxy-send-timeout
proxy-read-timeout proxy-request-buffering default-backend custom-http-errors disable-proxy-intercept-errors ssl-redirect
force-ssl-redirect preserve-trailing-slash ssl-passthrough backend-protocol app-root permanent-redirect
permanent-redirect-code temporal-redirect temporal-redirect-code relative-redirects from-to-www-redirect
use-port-in-redirects upstream-vhost x-forwarded-prefix connection-proxy-header custom-headers proxy-body-size
client-body-buffer-size proxy-buffering proxy-buffer-size proxy-buffers-number proxy-busy-buffers-size
proxy-max-temp-file-size proxy-http-version proxy-cookie-domain proxy-cookie-path proxy-redirect-from proxy-redirect-to
enable-cors cors-allow-origin cors-allow-methods cors-allow-headers cors-expose-headers cors-allow-credentials cors-max-age
allowlist-source-range whitelist-source-range denylist-source-range limit-rps limit-rpm limit-connections
limit-burst-multiplier limit-rate limit-rate-after limit-allowlist limit-whitelist auth-type auth-secret auth-secret-type
auth-realm auth-url auth-signin auth-signin-redirect-param auth-method auth-response-headers auth-proxy-set-headers
auth-request-redirect auth-cache-key auth-cache-duration auth-keepalive auth-keepalive-share-vars auth-keepalive-requests
auth-keepalive-timeout auth-always-set-cookie auth-snippet enable-global-auth satisfy auth-tls-secret
auth-tls-verify-client auth-tls-verify-depth auth-tls-error-page auth-tls-pass-certificate-to-upstream auth-tls-match-cn
proxy-ssl-secret proxy-ssl-verify proxy-ssl-verify-depth proxy-ssl-name proxy-ssl-server-name proxy-ssl-ciphers
proxy-ssl-protocols ssl-ciphers ssl-prefer-server-ciphers configuration-snippet server-snippet stream-snippet
enable-modsecurity enable-owasp-core-rules modsecurity-snippet modsecurity-transaction-id mirror-target mirror-host
mirror-request-body enable-access-log enable-rewrite-log enable-opentelemetry opentelemetry-trust-incoming-span
opentelemetry-operation-name http2-push-preload fastcgi-index fastcgi-params-configmap
`;

/** A bad value of these lets nobody in whom the others keep out. */
const MILD: readonly string[] = [
  "auth-cache-key",
  "auth-keepalive",
  "auth-keepalive-requests",
  "auth-keepalive-share-vars",
  "auth-keepalive-timeout",
  "auth-realm",
  "auth-signin",
  "auth-signin-redirect-param",
  "auth-tls-error-page",
  "auth-tls-verify-client",
  "auth-tls-verify-depth",
  "limit-allowlist",
  "limit-burst-multiplier",
  "limit-rate",
  "limit-rate-after",
  "limit-whitelist",
];

describe("the table of annotations", () => {
  it("has every annotation of ingress-nginx", () => {
    for (const name of KNOWN.split(/\s+/).filter((word) => word !== "")) assert.ok(findAnnotation(name), name);
  });

  it("has each once", () => {
    assert.equal(new Set(ANNOTATIONS.map(({ name }) => name)).size, ANNOTATIONS.length);
  });

  it("serves the twelve of session affinity", () => {
    const served = ANNOTATIONS.filter(({ status, group }) => status === "served" && group === "Session affinity");
    assert.equal(served.length, 12);
  });

  it("counts everything that limits access as a guard, but for what a bad value of makes it stricter or nothing", () => {
    for (const annotation of ANNOTATIONS) {
      const limits = /^(auth-|limit-)|(allow|white|deny)list-source-range$/.test(annotation.name);
      if (limits && !MILD.includes(annotation.name))
        assert.ok("guards" in annotation && annotation.guards, annotation.name);
    }
  });

  it("describes each for the reference", () => {
    for (const { name, doc, default: default_ } of ANNOTATIONS) {
      assert.ok(doc.endsWith(".") && default_ !== "", name);
      assert.doesNotMatch(`${doc}${default_}`, /\|/);
    }
  });
});
