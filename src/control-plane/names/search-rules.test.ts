import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { candidateNames, parseSearchRules } from "./search-rules.ts";

describe("the search rules of resolv.conf", () => {
  it("are those of a pod", () => {
    const text =
      "search shop.svc.cluster.local svc.cluster.local cluster.local.\nnameserver 10.96.0.10\noptions ndots:5 edns0\n";
    const search = ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"];
    assert.deepEqual(parseSearchRules(text), { search, ndots: 5 });
  });

  it("are none by default, and what is not understood is passed over", () => {
    for (const text of ["", "nameserver 10.0.0.1", "# search a.test", "options ndots:x", "\0\nsearching a.test"]) {
      assert.deepEqual(parseSearchRules(text), { search: [], ndots: 1 });
    }
  });

  it("are the last ones that the file gives", () => {
    assert.deepEqual(parseSearchRules("search a.test b.test\ndomain c.test").search, ["c.test"]);
    assert.deepEqual(parseSearchRules("domain c.test\nsearch a.test").search, ["a.test"]);
    assert.equal(parseSearchRules("options ndots:2\noptions rotate\noptions ndots:3").ndots, 3);
    assert.equal(parseSearchRules("options ndots:999").ndots, 15);
  });
});

describe("the names that a name may mean", () => {
  const rules = { search: ["shop.svc", "svc"], ndots: 2 };

  it("are completed first when it has few dots, and last when it has many", () => {
    assert.deepEqual(candidateNames("db.shop", rules), ["db.shop.shop.svc", "db.shop.svc", "db.shop"]);
    assert.deepEqual(candidateNames("api.example.org", rules), [
      "api.example.org",
      "api.example.org.shop.svc",
      "api.example.org.svc",
    ]);
  });

  it("are not those that a search domain makes too long", () => {
    const search = ["x".repeat(250), "y".repeat(251), "svc"];
    assert.deepEqual(candidateNames("db", { search, ndots: 1 }), [`db.${"x".repeat(250)}`, "db.svc", "db"]);
  });

  it("are itself alone when it ends in a dot", () => {
    assert.deepEqual(candidateNames("db.", rules), ["db"]);
  });

  it("are itself alone when nothing is searched, or the root", () => {
    assert.deepEqual(candidateNames("db", { search: [], ndots: 5 }), ["db"]);
    assert.deepEqual(candidateNames("db", parseSearchRules("search .")), ["db"]);
  });
});
