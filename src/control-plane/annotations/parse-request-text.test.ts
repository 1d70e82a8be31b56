import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import { requestText } from "../../policies/request-text.ts";
import { explainedPolicyRequest } from "../explain/explained-policy-request.ts";
import { parseUrl } from "../explain/parse-url.ts";
import { parseRequestText } from "./parse-request-text.ts";

function request(): PolicyRequest {
  const url = "http://Shop.test:81/a%20b?id=1&ID=2&x=";
  const headers = [
    ["X-User", "ann"],
    ["Cookie", "a=b; sid=7; SID=8"],
  ] as const;
  return explainedPolicyRequest({ url, headers }, parseUrl(url) as NonNullable<ReturnType<typeof parseUrl>>, "/a b");
}

/** What a text is for that request; undefined when it cannot be read. */
function textFor(text: string): string | undefined {
  const parsed = parseRequestText(text);
  return parsed.ok ? requestText(parsed.value, request()) : undefined;
}

describe("parseRequestText", () => {
  const said: readonly (readonly [string, string])[] = [
    ["$request_uri", "/a%20b?id=1&ID=2&x="],
    ["$uri", "/a b"],
    ["$args", "id=1&ID=2&x="],
    ["$host", "shop.test"],
    ["$remote_addr", "192.0.2.1"],
    ["$binary_remote_addr", "192.0.2.1"],
    ["$scheme", "http"],
    ["$request_method", "GET"],
    ["$http_x_user", "ann"],
    ["$http_x_nobody", ""],
    ["$arg_id", "1"],
    ["$arg_x", ""],
    ["$cookie_sid", "7"],
    ["$cookie_SID", "7"],
    ["plain", "plain"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as NGINX writes it
    ["${host}x$arg_id-${http_x_user}", "shop.testx1-ann"],
  ];
  for (const [text, made] of said) {
    it(`reads ${text}`, () => assert.equal(textFor(text), made));
  }

  // biome-ignore lint/suspicious/noTemplateCurlyInString: as NGINX writes it
  for (const text of ["$", "$nothing", "a$", "$http_", "$arg_", "${host", "${}", "$constructor", "$1", "$-"]) {
    it(`does not read ${text}`, () => assert.equal(textFor(text), undefined));
  }
});
