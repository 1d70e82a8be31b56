import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Secret } from "../objects/model.ts";
import { NamedIndex } from "./named-index.ts";

function secret(name: string): Secret {
  const metadata = { namespace: "shop", name, uid: "", createdAt: 0, generation: 0, labels: {}, annotations: {} };
  return { kind: "Secret", metadata, type: "Opaque", data: {} };
}

function ask(index: NamedIndex, user: string, ...names: readonly string[]): (Secret | undefined)[] {
  return index.lookUpFor(user, (objects) => names.map((name) => objects.secret(name)));
}

describe("the named objects", () => {
  it("are wanted as soon as somebody asks for them, and found once they are there", () => {
    const index = new NamedIndex();
    assert.deepEqual(ask(index, "shop/web", "shop/tls"), [undefined]);
    assert.deepEqual(index.wanted(), [{ kind: "Secret", namespace: "shop", name: "tls" }]);
    const found = secret("tls");
    assert.deepEqual([...index.set(found)], ["shop/web"]);
    assert.deepEqual(ask(index, "shop/web", "shop/tls"), [found]);
    assert.deepEqual([...index.delete("Secret", "shop/tls")], ["shop/web"]);
    assert.deepEqual(ask(index, "shop/web", "shop/tls"), [undefined]);
  });

  it("are not wanted any more once nobody asks", () => {
    const index = new NamedIndex();
    ask(index, "shop/a", "shop/tls", "shop/auth");
    ask(index, "shop/b", "shop/tls");
    ask(index, "shop/a");
    assert.deepEqual(
      index.wanted().map(({ name }) => name),
      ["tls"],
    );
    index.release("shop/b");
    assert.deepEqual(index.wanted(), []);
    assert.deepEqual([...index.set(secret("tls"))], []);
  });

  it("are the same list until one comes or goes", () => {
    const index = new NamedIndex();
    ask(index, "shop/a", "shop/tls");
    const before = index.wanted();
    ask(index, "shop/a", "shop/tls");
    ask(index, "shop/b", "shop/tls");
    index.set(secret("tls"));
    assert.equal(index.wanted(), before);
    ask(index, "shop/b", "shop/other");
    assert.notEqual(index.wanted(), before);
  });

  it("of two kinds may have one name", () => {
    const index = new NamedIndex();
    index.set(secret("tls"));
    assert.equal(
      index.lookUpFor("shop/a", (objects) => objects.configMap("shop/tls")),
      undefined,
    );
  });
});
