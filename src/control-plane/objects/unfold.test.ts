import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFieldPath } from "./field-path.ts";
import { type Unfolded, unfold } from "./unfold.ts";

const web = { apiVersion: "v1", kind: "Service", metadata: { name: "web" } };

test("an object that is no list comes back as it is", () => {
  assert.deepEqual(unfold(web), [{ raw: web, path: [] }]);
  assert.deepEqual(unfold(null), [{ raw: null, path: [] }]);
});

test("a List gives its items with their paths, and so does a List in it", () => {
  const inner = { apiVersion: "v1", kind: "List", items: [web] };
  assert.deepEqual(unfold({ apiVersion: "v1", kind: "List", items: [web, inner] }), [
    { raw: web, path: ["items", 0] },
    { raw: web, path: ["items", 1, "items", 0] },
  ]);
});

test("a list of one kind gives kind and apiVersion to items that have none", () => {
  const [item] = unfold({ apiVersion: "v1", kind: "ServiceList", items: [{ metadata: { name: "web" } }] });
  assert.deepEqual(item?.raw, web);
});

test("a List without items is empty, and one whose items are no list is left for the reader to refuse", () => {
  assert.deepEqual(unfold({ kind: "List" }), []);
  assert.equal(unfold({ kind: "List", items: 3 }).length, 1);
});

test("a kind that only ends in List is no list", () => {
  const priceList = { apiVersion: "shop.example.com/v1", kind: "PriceList", items: [web] };
  assert.deepEqual(unfold(priceList), [{ raw: priceList, path: [] }]);
});

test("a list that holds itself comes to an end", () => {
  const endless = { kind: "List", items: [] as unknown[] };
  endless.items.push(endless, endless, { kind: "ServiceList", items: endless.items });
  assert.deepEqual(fieldPaths(unfold(endless)), ["items[0]", "items[1]", "items[2]"]);
});

function fieldPaths(unfolded: readonly Unfolded[]): readonly string[] {
  return unfolded.map(({ path }) => formatFieldPath(path));
}
