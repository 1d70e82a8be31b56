import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Problem } from "../problems/problem.ts";
import { NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import { ImaginedTrust } from "../trust/trust-places.ts";
import { ANNOTATIONS } from "./annotation-table.ts";
import { nearestName } from "./nearest-name.ts";
import type { AffinitySettings } from "./read-affinity.ts";
import { type AnnotationReading, readAnnotations } from "./read-annotations.ts";

const SURROUNDINGS = {
  objects: { secret: () => undefined, configMap: () => undefined },
  global: NO_GLOBAL_SETTINGS,
  trust: new ImaginedTrust(),
};

const PREFIXES = ["limpet.dev", "nginx.ingress.kubernetes.io"];

interface Read extends AnnotationReading {
  readonly problems: readonly Problem[];
}

/** Reads annotations; names without a slash get ingress-nginx's prefix. */
function read(annotations: Readonly<Record<string, string>>): Read {
  const full = Object.entries(annotations).map(([name, value]) => [
    name.includes("/") ? name : `nginx.ingress.kubernetes.io/${name}`,
    value,
  ]);
  const problems: Problem[] = [];
  const metadata = { namespace: "default", annotations: Object.fromEntries(full) };
  const subject = { object: "Ingress default/web", origin: { file: "web.yaml", line: 3 } };
  return { ...readAnnotations(subject, metadata, PREFIXES, SURROUNDINGS, problems), problems };
}

function codes(annotations: Readonly<Record<string, string>>): readonly string[] {
  return read(annotations).problems.map(({ code }) => code);
}

/** The affinity settings of an Ingress that has affinity and one more annotation. */
function affinityWith(name: string, value: string): AffinitySettings | undefined {
  return read({ affinity: "cookie", [name]: value }).affinity;
}

function problemsWith(name: string, value: string): readonly string[] {
  return codes({ affinity: "cookie", [name]: value });
}

describe("the affinity annotations", () => {
  it("give balanced mode and the usual cookie when nothing else is said", () => {
    assert.deepEqual(read({ affinity: "cookie" }), {
      affinity: {
        mode: "balanced",
        cookieName: "INGRESSCOOKIE",
        secure: "auto",
        conditionalSameSiteNone: false,
        changeOnFailure: false,
      },
      policies: undefined,
      serviceUpstream: false,
      others: [],
      routing: { useRegex: false },
      https: { redirect: "tls", keepSlash: false, showPort: false, fromToWww: false },
      ciphers: {},
      closed: false,
      canary: undefined,
      canaryNamespaces: [],
      problems: [],
    });
  });

  it("are off without affinity, and for any value but cookie", () => {
    assert.equal(read({}).affinity, undefined);
    for (const value of ["Cookie", "ip", "cookie ip"]) {
      assert.equal(read({ affinity: value }).affinity, undefined);
      assert.deepEqual(codes({ affinity: value }), ["affinity/type-unknown"]);
    }
    assert.ok(read({ affinity: " cookie\t" }).affinity);
  });

  it("take whole seconds only", () => {
    for (const [text, seconds] of [
      ["172800", 172800],
      ["0", 0],
      ["-1", -1],
      ["05", 5],
      ["-0", 0],
    ] as const) {
      assert.equal(affinityWith("session-cookie-max-age", text)?.maxAge, seconds);
      assert.equal(affinityWith("session-cookie-expires", text)?.expires, seconds);
    }
    for (const text of ["1h", "0abc", "abc5", "1e3", "1.5", "0x10", "+5", "1 0", "99999999999999999999", "--1"]) {
      assert.equal(affinityWith("session-cookie-max-age", text)?.maxAge, undefined);
      assert.deepEqual(problemsWith("session-cookie-max-age", text), ["affinity/max-age-not-seconds"]);
      assert.equal(affinityWith("session-cookie-expires", text)?.expires, undefined);
      assert.deepEqual(problemsWith("session-cookie-expires", text), ["affinity/expires-not-seconds"]);
    }
  });

  it("take cookie names that are tokens without a slash or a colon", () => {
    assert.equal(affinityWith("session-cookie-name", " shop.ID_1~a-b ")?.cookieName, "shop.ID_1~a-b");
    for (const name of ["bad;name", "a b", "a/b", "a:b", "a=b", "ä", '"a"', "a\nb", "a\rb", "a,b", "a\0"]) {
      assert.equal(affinityWith("session-cookie-name", name)?.cookieName, "INGRESSCOOKIE", name);
      assert.deepEqual(problemsWith("session-cookie-name", name), ["affinity/cookie-name-not-usable"]);
    }
  });

  it("take nothing into a cookie's attributes that could end them", () => {
    for (const value of ["a;b", "a\r\nX: y", "a\nb", 'a"b', "a\0b", "a$b"]) {
      assert.equal(affinityWith("session-cookie-path", value)?.cookiePath, undefined);
      assert.equal(affinityWith("session-cookie-domain", value)?.cookieDomain, undefined);
    }
    assert.equal(affinityWith("session-cookie-path", "/a/b?c=d")?.cookiePath, "/a/b?c=d");
    assert.equal(affinityWith("session-cookie-domain", ".foo.bar")?.cookieDomain, ".foo.bar");
  });

  it("never let a control character or a semicolon into the cookie, whatever they say", () => {
    const texts = ["session-cookie-name", "session-cookie-path", "session-cookie-domain", "session-cookie-samesite"];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.string({ unit: "binary" }), (name, value) => {
        const policy = affinityWith(name, value);
        const written = [policy?.cookieName, policy?.cookiePath, policy?.cookieDomain, policy?.sameSite].join("");
        assert.match(written, /^[ !-:<-~]*$/);
      }),
    );
  });

  it("write SameSite as browsers know it", () => {
    for (const [text, sameSite] of [
      ["none", "None"],
      ["LAX", "Lax"],
      [" strict ", "Strict"],
    ] as const) {
      assert.equal(affinityWith("session-cookie-samesite", text)?.sameSite, sameSite);
    }
    assert.equal(affinityWith("session-cookie-samesite", "bogus")?.sameSite, undefined);
    assert.deepEqual(problemsWith("session-cookie-samesite", "bogus"), ["affinity/same-site-unknown"]);
  });

  it("warn of SameSite=None on a cookie that is not always Secure", () => {
    const none = { affinity: "cookie", "session-cookie-samesite": "None" };
    assert.deepEqual(codes(none), ["affinity/same-site-none-needs-secure"]);
    assert.deepEqual(codes({ ...none, "session-cookie-secure": "false" }), ["affinity/same-site-none-needs-secure"]);
    assert.deepEqual(codes({ ...none, "session-cookie-secure": "true" }), []);
  });

  it("tell Secure always, never and by connection apart", () => {
    assert.equal(affinityWith("session-cookie-secure", "true")?.secure, "always");
    assert.equal(affinityWith("session-cookie-secure", "F")?.secure, "never");
    assert.equal(affinityWith("session-cookie-secure", "yes")?.secure, "auto");
  });

  it("take the booleans of ingress-nginx, without blanks", () => {
    for (const text of ["1", "t", "T", "TRUE", "true", "True"]) {
      assert.equal(affinityWith("session-cookie-change-on-failure", text)?.changeOnFailure, true);
      assert.equal(affinityWith("session-cookie-conditional-samesite-none", text)?.conditionalSameSiteNone, true);
    }
    for (const text of [" true", "yes", "tRUE", "2"]) {
      assert.equal(affinityWith("session-cookie-change-on-failure", text)?.changeOnFailure, false);
      assert.deepEqual(problemsWith("session-cookie-change-on-failure", text), ["affinity/not-a-boolean"]);
    }
  });

  it("are a Problem each on an Ingress without affinity", () => {
    assert.deepEqual(codes({ "affinity-mode": "persistent", "session-cookie-name": "A" }), [
      "affinity/no-effect",
      "affinity/no-effect",
    ]);
  });

  it("say in a Problem where, what, what happens and what to write", () => {
    const [problem] = read({ affinity: "cookie", "limpet.dev/session-cookie-max-age": "1h" }).problems;
    assert.equal(problem?.object, "Ingress default/web");
    assert.equal(problem?.field, 'metadata.annotations["limpet.dev/session-cookie-max-age"]');
    assert.equal(problem?.value, "1h");
    assert.match(problem?.message ?? "", /no Max-Age/);
    assert.match(problem?.hint ?? "", /3600/);
    assert.equal(problem?.file, "web.yaml");
    assert.equal(problem?.line, 3);
  });
});

describe("the two prefixes", () => {
  it("are both read, and ours wins with a Problem", () => {
    const both = read({ affinity: "cookie", "limpet.dev/session-cookie-name": "A", "session-cookie-name": "B" });
    assert.equal(both.affinity?.cookieName, "A");
    assert.deepEqual(
      both.problems.map(({ code, field }) => [code, field]),
      [["annotation/both-prefixes", 'metadata.annotations["nginx.ingress.kubernetes.io/session-cookie-name"]']],
    );
  });

  it("may say the same, or nothing", () => {
    assert.deepEqual(codes({ affinity: "cookie", "limpet.dev/affinity": " cookie " }), []);
    const empty = read({ affinity: "cookie", "limpet.dev/session-cookie-name": "", "session-cookie-name": "B" });
    assert.equal(empty.affinity?.cookieName, "B");
  });

  it("leave the annotations of others alone", () => {
    assert.deepEqual(
      codes({ "example.com/affinity": "x", "cert-manager.io/issuer": "y", "limpet.development/a": "z" }),
      [],
    );
  });
});

describe("annotations that are not served", () => {
  it("are a Problem each", () => {
    for (const annotation of ANNOTATIONS) {
      if (annotation.status === "served") continue;
      assert.equal(codes({ [annotation.name]: "something" }).length, 1, annotation.name);
    }
  });

  it("close the Routes when they guard access", () => {
    for (const annotation of ANNOTATIONS) {
      const guards = "guards" in annotation && annotation.guards === true;
      // What "something" means to those that can use it is theirs to say.
      if (guards && annotation.status === "served" && annotation.parser("something").ok) continue;
      // A value that says nothing means "on", and there are no authorities that it could be on with.
      if (annotation.name === "auth-tls-verify-client") continue;
      assert.equal(read({ [annotation.name]: "something" }).closed, guards, annotation.name);
    }
    assert.equal(read({ "auth-url": "" }).closed, false);
  });

  it("are silent when they ask for what happens anyway", () => {
    for (const name of ["enable-cors", "use-regex", "canary", "enable-opentelemetry", "enable-modsecurity"]) {
      assert.deepEqual(codes({ [name]: "false" }), [], name);
    }
    assert.deepEqual(codes({ "enable-opentelemetry": "true" }), ["annotation/refused"]);
  });

  it("make a canary of an Ingress only when canary is true", () => {
    assert.deepEqual(read({ canary: "true" }).canary, { weight: 0, total: 100, sticky: true, follow: false });
    for (const value of ["false", "yes", ""]) assert.equal(read({ canary: value }).canary, undefined);
  });
});

describe("unknown annotations", () => {
  it("are a Problem that names the nearest known one", () => {
    const [problem] = read({ "sesion-cookie-name": "A" }).problems;
    assert.equal(problem?.code, "annotation/unknown");
    assert.match(problem?.hint ?? "", /session-cookie-name/);
  });

  it("name none when nothing is near", () => {
    assert.equal(nearestName("colour-of-the-logo", ["affinity", "canary"]), undefined);
    assert.equal(nearestName("afinity", ["affinity", "canary"]), "affinity");
    assert.equal(nearestName("x".repeat(100_000), ["affinity"]), undefined);
  });
});
