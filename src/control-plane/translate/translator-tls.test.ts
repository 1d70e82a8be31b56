import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeHost, decodeServerName } from "../../snapshot/entries.ts";
import { type CertifiedKey, makeCertificate } from "../certificates/self-signed.ts";
import type { KubernetesObject, Secret } from "../objects/model.ts";
import type { ObjectChange } from "../sources/source.ts";
import { deleted, ingress, metadata, path, rule, set, TEST_OPTIONS } from "./test-objects.ts";
import { Translator } from "./translator.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31, 12);

function certificate(names: readonly string[], days = 90): CertifiedKey {
  return makeCertificate({ commonName: names[0] ?? "", names, days, now: NOW });
}

function secret(name: string, { certificate: chain, key }: CertifiedKey): Secret {
  const data = { "tls.crt": Buffer.from(chain), "tls.key": Buffer.from(key) };
  return { kind: "Secret", metadata: metadata(name), type: "kubernetes.io/tls", data };
}

/** An Ingress of a host, with TLS by a Secret or without. */
function web(host: string, secretName?: string, annotations: Readonly<Record<string, string>> = {}) {
  const tls = secretName === undefined ? [] : [{ hosts: [host], secretName }];
  const prefixed = Object.entries(annotations).map(([name, value]) => [`limpet.dev/${name}`, value]);
  const more = { annotations: Object.fromEntries(prefixed) as Record<string, string> };
  return ingress(`web-${host}`, [rule(host, path("/", "web"))], more, { tls });
}

function translator(): Translator {
  return new Translator(TEST_OPTIONS);
}

function shownOf(it: Translator, host: string): readonly string[] | undefined {
  const bytes = it.entries().get(`sni/${host}`);
  const decoded = bytes === undefined ? undefined : decodeServerName(bytes);
  return decoded?.ok === true ? decoded.value.certificates : undefined;
}

/** Where requests over HTTP for a host's root end up: `https`, a host, or nowhere but here. */
function wayOf(it: Translator, host: string): string | undefined {
  const decoded = decodeHost(it.entries().get(`host/${host}`) ?? "");
  if (!decoded.ok) return undefined;
  const policies = decoded.value.routes[0]?.policies;
  return policies?.hostRedirect?.host ?? (policies?.httpsRedirect === undefined ? "" : "https");
}

/** All but the slots, which are long and always the same. */
function entriesOf(it: Translator): readonly (readonly [string, string])[] {
  return [...it.entries()].filter(([name]) => name !== "slots").sort();
}

const SHOP = secret("shop", certificate(["shop.test", "www.shop.test"]));
const WILD = secret("wild", certificate(["*.wild.test"]));
const WWW = { "from-to-www-redirect": "true" };

describe("TLS in the translator", () => {
  it("waits for the Secret that an Ingress names, and follows it", () => {
    const it = translator();
    it.apply(set(web("shop.test", "shop")));
    assert.deepEqual(it.wanted(), [{ kind: "Secret", namespace: "default", name: "shop" }]);
    assert.deepEqual(shownOf(it, "shop.test"), []);
    assert.deepEqual([...it.apply(set(SHOP)).changed.keys()].sort(), ["certificate/default/shop", "sni/shop.test"]);
    assert.deepEqual(shownOf(it, "shop.test"), ["default/shop"]);
    const renewed = secret("shop", certificate(["shop.test"]));
    assert.deepEqual([...it.apply(set(renewed)).changed.keys()], ["certificate/default/shop"]);
    it.apply([deleted(SHOP)]);
    assert.deepEqual(shownOf(it, "shop.test"), []);
    assert.equal(it.entries().has("certificate/default/shop"), false);
    assert.equal(wayOf(it, "shop.test"), "https");
  });

  it("has a certificate as long as a host shows it", () => {
    const it = translator();
    const other = ingress(
      "other",
      [rule("www.shop.test", path("/", "web"))],
      {},
      {
        tls: [{ hosts: ["www.shop.test"], secretName: "shop" }],
      },
    );
    it.apply(set(web("shop.test", "shop"), other, SHOP));
    it.apply([deleted(other)]);
    assert.equal(it.entries().has("certificate/default/shop"), true);
    it.apply(set(web("shop.test")));
    assert.equal(it.entries().has("certificate/default/shop"), false);
    assert.deepEqual(it.wanted(), []);
    assert.equal(wayOf(it, "shop.test"), "");
  });

  it("redirects the hosts that a wildcard covers when it gets TLS, and no longer when it loses it", () => {
    const it = translator();
    it.apply(set(web("*.wild.test"), web("a.wild.test"), web("a.b.wild.test"), WILD));
    assert.equal(wayOf(it, "a.wild.test"), "");
    it.apply(set(web("*.wild.test", "wild")));
    assert.deepEqual([wayOf(it, "a.wild.test"), wayOf(it, "a.b.wild.test")], ["https", ""]);
    assert.equal(shownOf(it, "a.wild.test"), undefined);
    it.apply(set(web("*.wild.test")));
    assert.equal(wayOf(it, "a.wild.test"), "");
  });

  it("has the name with www. lead to the host until somebody declares it", () => {
    const it = translator();
    it.apply(set(web("shop.test", "shop", WWW), SHOP));
    assert.equal(wayOf(it, "www.shop.test"), "shop.test");
    assert.deepEqual(shownOf(it, "www.shop.test"), ["default/shop"]);
    it.apply(set(web("www.shop.test")));
    assert.equal(wayOf(it, "www.shop.test"), "");
    assert.equal(shownOf(it, "www.shop.test"), undefined);
    it.apply([deleted(web("www.shop.test"))]);
    assert.equal(wayOf(it, "www.shop.test"), "shop.test");
    it.apply([deleted(web("shop.test"))]);
    assert.equal(it.entries().has("host/www.shop.test"), false);
    assert.equal(it.entries().has("sni/www.shop.test"), false);
    assert.equal(it.entries().has("certificate/default/shop"), false);
  });

  it("says of certificates what time makes of them", () => {
    const it = translator();
    const codes = () =>
      it
        .problems()
        .map(({ code }) => code)
        .filter((code) => code.startsWith("tls/"));
    it.apply(set(web("shop.test", "shop"), secret("shop", certificate(["shop.test"], 30))));
    assert.equal(it.noteTime(NOW), NOW + 16 * DAY);
    assert.deepEqual(codes(), []);
    assert.equal(it.noteTime(NOW + 16 * DAY), NOW + 30 * DAY);
    assert.deepEqual(codes(), ["tls/certificate-expires-soon"]);
    it.noteTime(NOW + 30 * DAY);
    assert.deepEqual(codes(), ["tls/certificate-expired"]);
    it.apply(set(SHOP));
    assert.equal(it.noteTime(NOW + 30 * DAY), NOW + 76 * DAY);
    assert.deepEqual(codes(), []);
    it.noteTime(NOW + 80 * DAY);
    it.apply([deleted(web("shop.test"))]);
    assert.deepEqual(codes(), []);
  });

  it("comes to the same, whatever the order of changes", () => {
    const objects: readonly KubernetesObject[] = [
      web("shop.test", "shop", WWW),
      web("www.shop.test"),
      web("*.wild.test", "wild"),
      web("a.wild.test"),
      web("b.wild.test", "shop", WWW),
      SHOP,
      WILD,
    ];
    const changes = objects.flatMap((object): ObjectChange[] => [...set(object), deleted(object)]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...changes), { maxLength: 40 }), (all) => {
        const stepwise = translator();
        stepwise.apply([]);
        for (const change of all) stepwise.apply([change]);
        const last = new Map(
          all.map((change) => [JSON.stringify(change.type === "set" ? deleted(change.object) : change), change]),
        );
        const atOnce = translator();
        atOnce.apply([...last.values()].filter(({ type }) => type === "set"));
        assert.deepEqual(entriesOf(stepwise), entriesOf(atOnce));
        assert.deepEqual(stepwise.problems(), atOnce.problems());
      }),
      { numRuns: 12 },
    );
  });
});
