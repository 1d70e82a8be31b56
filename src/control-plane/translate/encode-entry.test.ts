import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decode } from "../../snapshot/codec.ts";
import { fromByteString } from "../publish/bytes.ts";
import { encodeEntry } from "./encode-entry.ts";

describe("an entry", () => {
  it("is bytes, and gives its text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const bytes = encodeEntry({ list: [{ text }], count: 3 });
        assert.match(bytes, /^[\0-\xff]*$/);
        const decoded = decode(bytes);
        assert.ok(decoded.ok);
        const [first] = (decoded.value as unknown as { list: { text: string }[] }).list;
        assert.equal(fromByteString(first?.text ?? ""), text);
      }),
    );
  });

  it("is bytes even when its text is none", () => {
    for (const text of ["\ud800", "\udfff", "\\ud800", "a\u2028"]) {
      const bytes = encodeEntry({ text });
      assert.match(bytes, /^[\0-\xff]*$/);
      assert.ok(decode(bytes).ok);
    }
  });
});
