import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseAuthorityUrl } from "./parse-authority-url.ts";

/** Scheme, host, port and target with the sources of its variables; undefined when it cannot be read. */
function read(text: string): readonly unknown[] | undefined {
  const parsed = parseAuthorityUrl(text);
  if (!parsed.ok) return undefined;
  const { scheme, host, port, target } = parsed.value;
  return [scheme, host, port, target.map(({ source, name }) => (source === "text" ? name : `<${source}>`)).join("")];
}

describe("parseAuthorityUrl", () => {
  it("takes a URL apart", () => {
    assert.deepEqual(read("https://auth.example.com/check?a=b"), ["https", "auth.example.com", 443, "/check?a=b"]);
    assert.deepEqual(read(" http://Auth.Svc.cluster.local:4180 "), ["http", "auth.svc.cluster.local", 4180, "/"]);
    assert.deepEqual(read("http://10.0.0.1?x"), ["http", "10.0.0.1", 80, "/?x"]);
    assert.deepEqual(read("http://[FD00::1]:81/"), ["http", "[fd00::1]", 81, "/"]);
  });

  it("takes variables behind the host, and the host of the request for its own", () => {
    assert.deepEqual(read("https://$host/oauth2/auth"), ["https", undefined, 443, "/oauth2/auth"]);
    assert.deepEqual(read("http://$http_host:81/a?to=$escaped_request_uri"), [
      "http",
      undefined,
      81,
      "/a?to=<escaped-request-uri>",
    ]);
  });

  it("refuses what cannot be asked", () => {
    const bad = [
      "auth.example.com/check",
      "ftp://auth.example.com/",
      "http:///check",
      "http://ann:secret@auth.example.com/",
      "http://a b/",
      "http://auth.example.com/ check",
      "http://auth.example.com/#there",
      "http://auth.example.com:0/",
      "http://auth.example.com:70000/",
      "http://$http_x_target/check",
      "http://auth-$host/check",
      "http://$host.example.com/",
      "http://auth.example.com/$nothing",
      "http://auth.example.com/100$",
    ];
    for (const text of bad) assert.equal(read(text), undefined, text);
  });
});
