import type { AnnotationProblem } from "../problems/make-problem.ts";

/** `location`: an Ingress may set it for its own paths only; `ingress`: it concerns all that the Ingress declares. */
export type Scope = "ingress" | "location";

export type Popularity = "high" | "medium" | "low";

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };
export type Parser<T> = (text: string) => Parsed<T>;

interface Described {
  /** Without the prefix. */
  readonly name: string;
  readonly group: string;
  readonly scope: Scope;
  /** One line for the reference. */
  readonly doc: string;
  /** How often it is seen in real clusters. */
  readonly popularity: Popularity;
  /** What holds without it, for people. */
  readonly default: string;
}

/** Limpet does what it says. */
export interface ServedAnnotation<T> extends Described {
  readonly status: "served";
  readonly parser: Parser<T>;
  /** The Limpet version that served it first. */
  readonly since: string;
  /** What happens on a value that cannot be used, for people. */
  readonly onBadValue: string;
  readonly badValue: AnnotationProblem;
  /** Access depends on it: a value that cannot be used closes the Routes rather than opens them. */
  readonly guards?: boolean;
  /** ingress-nginx rejects the whole Ingress for a value that cannot be used: the admission webhook refuses it. */
  readonly rejected?: boolean;
  /** How it differs from ingress-nginx 1.15.1, one sentence; absent: it does not. */
  readonly differs?: string;
}

/** Limpet will never serve it. */
export interface RefusedAnnotation extends Described {
  readonly status: "refused-by-design";
  /** Access depends on it: without it the Routes are closed rather than served open. */
  readonly guards: boolean;
  /** Values that ask for nothing: what happens anyway. */
  readonly harmless: readonly string[];
  /** What ingress-nginx does on a bad value. */
  readonly onBadValue: string;
  /** What to do instead, one sentence. */
  readonly instead: string;
}

/** It has had no effect in ingress-nginx for years either. */
export interface ObsoleteAnnotation extends Described {
  readonly status: "obsolete";
  readonly onBadValue: string;
}

export type Annotation = ServedAnnotation<unknown> | RefusedAnnotation | ObsoleteAnnotation;
