import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commonNames } from "./common-names.ts";

describe("commonNames", () => {
  it("finds them anywhere in a subject", () => {
    assert.deepEqual(commonNames("CN=ann"), ["CN=ann"]);
    assert.deepEqual(commonNames("CN=ann,OU=sales,O=shop"), ["CN=ann"]);
    assert.deepEqual(commonNames("O=shop,CN=ann"), ["CN=ann"]);
    assert.deepEqual(commonNames("OU=sales+CN=ann,CN=bob"), ["CN=ann", "CN=bob"]);
  });

  it("takes nothing else for one", () => {
    assert.deepEqual(commonNames(""), []);
    assert.deepEqual(commonNames("O=CN=ann"), []);
    assert.deepEqual(commonNames("O=a\\,CN=ann"), []);
    assert.deepEqual(commonNames("CN=bob\\,CN=ann"), ["CN=bob\\,CN=ann"]);
    assert.deepEqual(commonNames("CN=bob\\\\,CN=ann"), ["CN=bob\\\\", "CN=ann"]);
    assert.deepEqual(commonNames("CN=a\\"), []);
  });
});
