import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { STATIC_FLAGS } from "../../cli/static-flags.ts";
import { findAnnotation } from "../annotations/annotation-table.ts";
import { SETTINGS } from "./setting-table.ts";

/** The keys that a successor must at least understand (ingress-nginx 1.15.1). */
const KNOWN = `
ssl-redirect force-ssl-redirect hsts hsts-max-age hsts-include-subdomains hsts-preload http-redirect-code use-forwarded-headers
forwarded-for-header compute-full-forwarded-for use-proxy-protocol proxy-real-ip-cidr proxy-body-size proxy-connect-timeout
proxy-read-timeout proxy-send-timeout proxy-next-upstream proxy-next-upstream-tries proxy-next-upstream-timeout
retry-non-idempotent load-balance service-upstream upstream-keepalive-connections upstream-keepalive-timeout
upstream-keepalive-requests upstream-keepalive-time keep-alive keep-alive-requests worker-shutdown-timeout generate-request-id
enable-underscores-in-headers no-tls-redirect-locations no-auth-locations custom-http-errors allow-snippet-annotations
annotations-risk-level annotation-value-word-blocklist strict-validate-path-type allow-cross-namespace-resources
limit-req-status-code limit-conn-status-code server-tokens use-gzip use-http2 ssl-protocols proxy-set-headers add-headers
`;

describe("the table of global settings", () => {
  it("has the keys that a successor must understand", () => {
    const keys = SETTINGS.map(({ key }) => key);
    for (const key of KNOWN.split(/\s+/).filter((word) => word !== "")) assert.ok(keys.includes(key), key);
  });

  it("has each once", () => {
    assert.equal(new Set(SETTINGS.map(({ key }) => key)).size, SETTINGS.length);
  });

  it("names annotations that there are", () => {
    for (const setting of SETTINGS) {
      if (setting.status === "default") assert.ok(findAnnotation(setting.annotation), setting.key);
    }
  });

  it("describes each for the reference", () => {
    for (const { key, doc } of SETTINGS) {
      assert.ok(doc.endsWith("."), key);
      assert.doesNotMatch(doc, /\|/);
    }
  });

  it("has a key for each flag of NGINX's own configuration", () => {
    const flags = SETTINGS.flatMap((setting) => (setting.status === "restart" ? [setting.flag] : []));
    for (const { name } of Object.values(STATIC_FLAGS)) assert.ok(flags.includes(name), name);
  });
});
