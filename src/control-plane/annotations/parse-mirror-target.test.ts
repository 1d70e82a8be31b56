import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMirrorTarget } from "./parse-mirror-target.ts";

describe("parseMirrorTarget", () => {
  const good: readonly (readonly [string, string, string, boolean])[] = [
    ["https://test.example.com/$request_uri", "https test.example.com 443", "", true],
    ["https://test.example.com$request_uri", "https test.example.com 443", "", true],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as NGINX writes it
    ["http://test:81/a/b${request_uri}", "http test 81", "/a/b", true],
    ["http://test/a/$request_uri", "http test 80", "/a", true],
    ["http://Test", "http test 80", "", false],
    ["http://test/", "http test 80", "/", false],
    ["http://test?a=b", "http test 80", "/?a=b", false],
    ["http://10.0.0.1:8080", "http 10.0.0.1 8080", "", false],
    ["http://[2001:db8::1]", "http 2001:db8::1 80", "", false],
  ];
  for (const [text, target, path, followed] of good) {
    it(`reads ${text}`, () => {
      const parsed = parseMirrorTarget(text);
      assert.ok(parsed.ok);
      const { scheme, host, port } = parsed.value.target;
      assert.deepEqual(
        [`${scheme} ${host} ${port}`, parsed.value.path, parsed.value.followed],
        [target, path, followed],
      );
    });
  }

  const bad = [
    "",
    "test",
    "ftp://test",
    "http://",
    "http://test/$uri",
    "http://$host/x",
    "http://test/$request_uri/more",
    "http://test?a=$request_uri",
    "http://ann:secret@test/",
    "http://test/#part",
    "http://test/a b",
    'http://test/";',
  ];
  for (const text of bad) {
    it(`does not read ${JSON.stringify(text)}`, () => assert.equal(parseMirrorTarget(text).ok, false));
  }
});
