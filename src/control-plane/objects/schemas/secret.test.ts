import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accept, fieldsOf, refuse } from "../accept.ts";

function secret(rest: object): unknown {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: "tls" }, ...rest };
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("utf8");
}

test("data is decoded, and stringData wins over it", () => {
  const { object, problems } = accept("Secret", secret({ data: { a: "aGk=", b: "aGk=\n" }, stringData: { a: "new" } }));
  assert.deepEqual(problems, []);
  assert.equal(object.type, "Opaque");
  assert.equal(textOf(object.data.a), "new");
  assert.equal(textOf(object.data.b), "hi");
});

test("an entry that is not base64 is left out, and no Problem shows it", () => {
  for (const wrong of ["hunter2!", "aGk", "a=Gk", "aGk=aGk=", "aG-_", 3, { hunter: 2 }]) {
    const { object, problems } = accept("Secret", secret({ data: { wrong, right: "aGk=" } }));
    assert.deepEqual(Object.keys(object.data), ["right"]);
    assert.deepEqual(fieldsOf(problems), ["data.wrong"]);
    assert.equal(problems[0]?.value, "");
  }
});

test("nothing of a Secret is shown, wherever it stands", () => {
  const wrongs = [
    { data: "hunter2" },
    { stringData: ["hunter2"] },
    { metadata: { name: "tls", annotations: { password: 2 } } },
  ];
  for (const wrong of wrongs) {
    const { problems } = accept("Secret", secret(wrong));
    assert.equal(problems.length, 1);
    assert.doesNotMatch(JSON.stringify(problems), /hunter|2/);
  }
  assert.doesNotMatch(JSON.stringify(refuse(secret({ metadata: { name: "tls", annotations: "hunter2" } }))), /hunter/);
});

test("whatever bytes were encoded come back", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const { object } = accept("Secret", secret({ data: { key: Buffer.from(bytes).toString("base64") } }));
      assert.deepEqual(object.data.key, Uint8Array.from(bytes));
    }),
  );
});

test("a key that JavaScript knows is a key like any other", () => {
  const data = JSON.parse('{"__proto__":"aGk=","..":"aGk=","a/b":"aGk="}') as unknown;
  const { object, problems } = accept("Secret", secret({ data }));
  assert.deepEqual(Object.keys(object.data), ["__proto__"]);
  assert.deepEqual(fieldsOf(problems), ['data[".."]', 'data["a/b"]']);
});
