import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Ingress } from "../objects/model.ts";
import { CLASS_ANNOTATION, selectIngress } from "./class-selection.ts";
import { ingress, ingressClass, TEST_OPTIONS } from "./test-objects.ts";

const CLASSES = new Map(
  [
    ingressClass("ours", "k8s.io/ingress-nginx"),
    ingressClass("new", "limpet.dev/ingress-controller"),
    ingressClass("theirs", "example.com/controller"),
    ingressClass("limpet", "example.com/controller"),
  ].map((it) => [it.metadata.name, it]),
);

function of(className: string | undefined, annotation?: string): Ingress {
  const annotations: Record<string, string> = annotation === undefined ? {} : { [CLASS_ANNOTATION]: annotation };
  const { ingressClassName: _, ...rest } = ingress("web", [], { annotations });
  return className === undefined ? rest : { ...rest, ingressClassName: className };
}

function why(it: Ingress, watchIngressWithoutClass = false): string {
  const selection = selectIngress(it, CLASSES, { ...TEST_OPTIONS, watchIngressWithoutClass });
  return selection.ours ? "ours" : selection.why;
}

describe("the class of an Ingress", () => {
  it("is ours when its IngressClass names one of our controllers", () => {
    assert.equal(why(of("ours")), "ours");
    assert.equal(why(of("new")), "ours");
    assert.match(why(of("theirs")), /example\.com\/controller/);
  });

  it("is ours by name alone where there is no such IngressClass", () => {
    assert.equal(why(of("nginx")), "ours");
    assert.match(why(of("limpet")), /belongs to the controller/);
    assert.match(why(of("unknown")), /no IngressClass unknown/);
  });

  it("is that of the old annotation when the field is absent", () => {
    assert.equal(why(of(undefined, "nginx")), "ours");
    assert.match(why(of(undefined, "ours")), /says "ours"/);
    assert.match(why(of(undefined, "")), /says ""/);
    assert.match(why(of(undefined, "testclass"), true), /testclass/);
  });

  it("is that of the field when both are there", () => {
    assert.match(why(of("theirs", "nginx")), /belongs to/);
    assert.equal(why(of("ours", "testclass")), "ours");
  });

  it("matters little when Ingresses without one are watched", () => {
    assert.match(why(of(undefined)), /names no class/);
    assert.equal(why(of(undefined), true), "ours");
  });

  it("is not that of the default class, which counts when an Ingress is made; that is said", () => {
    const annotations = { "ingressclass.kubernetes.io/is-default-class": "true" };
    const byDefault = (name: string, controller: string) => {
      const it = ingressClass(name, controller);
      return new Map([[name, { ...it, metadata: { ...it.metadata, annotations } }]]);
    };
    const ours = selectIngress(of(undefined), byDefault("main", "k8s.io/ingress-nginx"), TEST_OPTIONS);
    assert.match(ours.ours ? "" : ours.why, /IngressClass main is the default .*name it in spec\.ingressClassName/);
    const theirs = selectIngress(of(undefined), byDefault("main", "example.com/controller"), TEST_OPTIONS);
    assert.equal(theirs.ours ? "" : theirs.why, "It names no class, and Ingresses without one are not watched.");
  });
});
