import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCipherList } from "./cipher-list.ts";

describe("a list of ciphers", () => {
  it("is of OpenSSL's names, of groups, and of what is taken away again", () => {
    for (const list of [
      "ECDHE-RSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305",
      "HIGH:!aNULL:!MD5:@STRENGTH",
      "EECDH+AESGCM:-kRSA",
      "DES-CBC3-SHA:AES128-SHA",
    ]) {
      assert.equal(readCipherList(list), list);
    }
  });

  it("may have blanks or commas for colons", () => {
    assert.equal(readCipherList(" AES128-SHA, AES256-SHA "), "AES128-SHA:AES256-SHA");
  });

  it("is none with any other word in it, nor when it finds no cipher", () => {
    for (const text of [
      "",
      "AES128-SHA;ssl_ciphers",
      'AES128-SHA" x',
      "AES128-SHA:OWN",
      "TLS_AES_128_GCM_SHA256",
      "!AES128-SHA",
      "DES-CBC3-SHA",
      "aes128-sha",
      "$x",
    ]) {
      assert.equal(readCipherList(text), undefined, text);
    }
  });
});
