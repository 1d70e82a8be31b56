import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept } from "../objects/accept.ts";
import type { Ingress } from "../objects/model.ts";
import { type GlobalSettings, NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import { ANNOTATION_VALUE_WORD_BLOCKLIST, STRICT_VALIDATE_PATH_TYPE } from "../settings/live-settings.ts";
import { type JudgeOptions, judge } from "./judge.ts";
import { PathIndex } from "./path-index.ts";

const NGINX = "nginx.ingress.kubernetes.io";
const PREFIXES = ["limpet.dev", NGINX];

type Raw = Readonly<Record<string, unknown>>;

interface Written {
  readonly name?: string;
  readonly namespace?: string;
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly metadata?: Raw;
  readonly spec?: Raw;
}

function written(it: Written = {}): Raw {
  const { name = "new", namespace = "default", host = "shop.test", path = "/", pathType = "Prefix" } = it;
  const backend = { service: { name: "web", port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace, annotations: it.annotations ?? {}, ...it.metadata },
    spec: {
      ingressClassName: "nginx",
      rules: [{ host, http: { paths: [{ path, pathType, backend }] } }],
      ...it.spec,
    },
  };
}

function options(there: readonly Raw[] = [], more: Partial<JudgeOptions> = {}): JudgeOptions {
  const paths = new PathIndex(PREFIXES);
  for (const raw of there) {
    const { object } = accept("Ingress", raw);
    paths.note(`${object.metadata.namespace}/${object.metadata.name}`, object);
  }
  const isOurs = ({ ingressClassName }: Ingress) => ingressClassName === "nginx";
  return { paths, isOurs, annotationPrefixes: PREFIXES, deepInspect: true, global: NO_GLOBAL_SETTINGS, ...more };
}

function settings(...live: readonly (readonly [string, unknown])[]): GlobalSettings {
  return { live: new Map(live), defaults: new Map() };
}

function refusedFor(raw: Raw, given: JudgeOptions = options()): readonly string[] {
  return judge(raw, given).refused.map(({ code, field }) => `${code} ${field}`);
}

function canary(word: string): Readonly<Record<string, string>> {
  return { [`${NGINX}/canary`]: word };
}

const PATH_FIELD = "spec.rules[0].http.paths[0].path";
const TAKEN = [`admission/path-taken ${PATH_FIELD}`];

describe("a host and path that another Ingress has", () => {
  const there = [written({ name: "first" })];

  it("is refused, by its owner's name", () => {
    const [problem] = judge(written(), options(there)).refused;
    assert.equal(problem?.message, 'host "shop.test" and path "/" is already defined in ingress default/first.');
    assert.equal(problem?.object, "Ingress default/new");
  });

  it("is the same in another case of the host, written as no path, and in any rule", () => {
    assert.deepEqual(refusedFor(written({ host: "SHOP.test" }), options(there)), TAKEN);
    assert.deepEqual(refusedFor(written({ path: "", pathType: "ImplementationSpecific" }), options(there)), TAKEN);
    const rules = [{ host: "other.test" }, ...(written().spec as { rules: Raw[] }).rules];
    assert.deepEqual(refusedFor(written({ spec: { rules } }), options(there)), [
      "admission/path-taken spec.rules[1].http.paths[0].path",
    ]);
  });

  it("is another place with another host, path or kind of match", () => {
    for (const it of [{ host: "other.test" }, { path: "/shop" }, { pathType: "Exact" }]) {
      assert.deepEqual(refusedFor(written(it), options(there)), [], JSON.stringify(it));
    }
  });

  it("is its own when it is updated, in its own namespace only", () => {
    assert.deepEqual(refusedFor(written({ name: "first" }), options(there)), []);
    assert.deepEqual(refusedFor(written({ name: "first", namespace: "other" }), options(there)), TAKEN);
  });

  it("is free once the other is gone, or says something else", () => {
    const given = options(there);
    given.paths.note("default/first", accept("Ingress", written({ name: "first", path: "/else" })).object);
    assert.deepEqual(refusedFor(written(), given), []);
    assert.deepEqual(refusedFor(written({ path: "/else" }), given), TAKEN);
    given.paths.note("default/first", undefined);
    assert.deepEqual(refusedFor(written({ path: "/else" }), given), []);
  });

  it("belongs to the oldest of several", () => {
    const at = (name: string, year: number) =>
      written({ name, metadata: { creationTimestamp: `${year}-01-01T00:00:00Z` } });
    const [problem] = judge(written(), options([at("young", 2026), at("old", 2024), at("middle", 2025)])).refused;
    assert.match(problem?.message ?? "", /ingress default\/old/);
  });

  const words = ["absent", "true", "false"] as const;
  for (const theirs of words) {
    for (const ours of words) {
      const refused = theirs === ours && ours !== "false";
      it(`is ${refused ? "refused" : "shared"} where canary is ${theirs} there and ${ours} here`, () => {
        const of = (word: string) => (word === "absent" ? {} : { annotations: canary(word) });
        const given = options([written({ name: "first", ...of(theirs) })]);
        assert.deepEqual(refusedFor(written(of(ours)), given), refused ? TAKEN : []);
      });
    }
  }
});

describe("a text that looks like configuration", () => {
  const texts = [
    "/etc/passwd",
    "/etc/shadow",
    "/etc/nginx",
    "/etc/ingress-controller/x",
    "/var/run/secrets/x",
    "/x_by_lua_block",
    "/;alias /x;",
    "/;root /x;",
  ];

  for (const path of texts) {
    it(`is refused as a path: ${path}`, () => {
      const raw = written({ path, pathType: "ImplementationSpecific" });
      assert.deepEqual(refusedFor(raw), [`admission/suspicious-text ${PATH_FIELD}`]);
      assert.deepEqual(refusedFor(raw, options([], { deepInspect: false })), []);
    });
  }

  it("may be part of a word", () => {
    for (const path of ["/etcetera/nginx", "/roots", "/alias", "/root/x", "/passwd"]) {
      assert.deepEqual(refusedFor(written({ path })), [], path);
    }
  });
});

describe("a path of the types Exact and Prefix", () => {
  const lenient = settings([STRICT_VALIDATE_PATH_TYPE.key, false]);

  for (const pathType of ["Exact", "Prefix"]) {
    it(`is refused when it is not plain: ${pathType}`, () => {
      for (const path of ["/foo/bar/[a-z]{3}", "/a b", "/a%20b", "/~x", "/é"]) {
        const raw = written({ path, pathType });
        assert.deepEqual(refusedFor(raw), [`admission/path-type-strict ${PATH_FIELD}`], path);
        assert.deepEqual(refusedFor(raw, options([], { global: lenient })), [], path);
        assert.deepEqual(refusedFor(written({ path, pathType: "ImplementationSpecific" })), [], path);
      }
      assert.deepEqual(refusedFor(written({ path: "/Foo-1/b_a.r/", pathType })), []);
    });
  }
});

describe("an annotation", () => {
  it("of raw configuration is refused under every prefix that is read, an empty one too", () => {
    const annotations = { [`${NGINX}/configuration-snippet`]: "return 200;", "limpet.dev/any-snippet": "" };
    assert.deepEqual(refusedFor(written({ annotations })), [
      `admission/snippet metadata.annotations["${NGINX}/configuration-snippet"]`,
      'admission/snippet metadata.annotations["limpet.dev/any-snippet"]',
    ]);
    assert.deepEqual(refusedFor(written({ annotations: { "example.com/docs-snippet": "x" } })), []);
  });

  it("of ingress-nginx is refused where its prefix is not read", () => {
    const annotations = { [`${NGINX}/affinity`]: "cookie" };
    const elsewhere = options([], { annotationPrefixes: ["example.com"] });
    assert.deepEqual(refusedFor(written({ annotations }), elsewhere), [
      `admission/prefix-not-read metadata.annotations["${NGINX}/affinity"]`,
    ]);
    assert.deepEqual(refusedFor(written({ annotations })), []);
  });
});

describe("a word that no annotation may hold", () => {
  const annotations = { "limpet.dev/session-cookie-path": "/{secret}", "example.com/note": "{" };

  it("is refused under the prefixes that are read", () => {
    const blocking = options([], { global: settings([ANNOTATION_VALUE_WORD_BLOCKLIST.key, ["load_module", "{"]]) });
    const field = 'metadata.annotations["limpet.dev/session-cookie-path"]';
    assert.deepEqual(refusedFor(written({ annotations }), blocking), [`admission/word-blocked ${field}`]);
    assert.deepEqual(refusedFor(written({ annotations })), []);
  });
});

describe("a value for which ingress-nginx rejects the Ingress", () => {
  it("is refused, under each prefix", () => {
    const annotations = { "limpet.dev/permanent-redirect": "no url", [`${NGINX}/permanent-redirect`]: "none either" };
    assert.deepEqual(refusedFor(written({ annotations })), [
      'annotation/bad-value metadata.annotations["limpet.dev/permanent-redirect"]',
      `annotation/bad-value metadata.annotations["${NGINX}/permanent-redirect"]`,
    ]);
  });
});

describe("what is none of our business is allowed without a word", () => {
  const bad = { path: "/etc/nginx;[", annotations: { [`${NGINX}/server-snippet`]: "x", [`${NGINX}/affinity`]: "ip" } };
  const silent = { refused: [], warned: [] };

  it("an Ingress of another class", () => {
    assert.deepEqual(judge(written({ ...bad, spec: { ingressClassName: "theirs" } }), options()), silent);
  });

  it("of a namespace that is not served", () => {
    assert.deepEqual(judge(written(bad), options([], { watchNamespace: "other" })), silent);
  });

  it("that is being deleted", () => {
    const metadata = { deletionTimestamp: "2026-01-01T00:00:00Z" };
    assert.deepEqual(judge(written({ ...bad, metadata }), options()), silent);
  });

  it("and the same is refused where it is", () => {
    assert.equal(judge(written(bad), options()).refused.length, 3);
  });
});

describe("what does not keep an Ingress out", () => {
  it("is said once, and not again where the refusal says it", () => {
    const annotations = { [`${NGINX}/affinity`]: "Cookie", [`${NGINX}/server-snippet`]: "x" };
    const { refused, warned } = judge(written({ annotations }), options());
    assert.deepEqual(
      refused.map(({ code }) => code),
      ["admission/snippet"],
    );
    assert.deepEqual(
      warned.map(({ code }) => code),
      ["affinity/type-unknown"],
    );
  });

  it("is a path that its own rules have twice, and a part that cannot be read", () => {
    const [rule] = (written().spec as { rules: Raw[] }).rules;
    const codes = judge(written({ spec: { rules: [rule, rule, null] } }), options()).warned.map(({ code }) => code);
    assert.deepEqual(codes, ["source/part-wrong-shape", "route/duplicate-path"]);
  });
});
