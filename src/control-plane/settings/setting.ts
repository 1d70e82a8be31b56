import type { Parser } from "../annotations/annotation.ts";

interface Described {
  /** The key in the ConfigMap, as ingress-nginx 1.15.1 calls it. */
  readonly key: string;
  /** One line for the reference. */
  readonly doc: string;
}

/** Followed as soon as the ConfigMap says it. */
export interface LiveSetting<T> extends Described {
  readonly status: "live";
  readonly parser: Parser<T>;
  readonly fallback: T;
  /** What it is worth where it cannot be used and access depends on it; absent: the fallback. */
  readonly whenBad?: T;
  /** What to write, one sentence. */
  readonly hint: string;
  /** How it differs from ingress-nginx 1.15.1, one sentence; absent: it does not. */
  readonly differs?: string;
}

/** What holds for every Ingress that has no annotation of its own about it; read as the annotation is. */
export interface DefaultSetting extends Described {
  readonly status: "default";
  /** The annotation, without its prefix. */
  readonly annotation: string;
}

/** NGINX learns it when it starts, from a flag: a ConfigMap that says something else is a Problem. */
export interface RestartSetting extends Described {
  readonly status: "restart";
  /** Without the dashes. */
  readonly flag: string;
}

/** It has no effect. */
export interface UnservedSetting extends Described {
  /** `refused`: Limpet never does it; `needless`: what it is for does not exist here, or is as it should be. */
  readonly status: "refused" | "needless";
  /** Values that ask for what happens anyway. */
  readonly harmless: readonly string[];
}

export type Setting = LiveSetting<unknown> | DefaultSetting | RestartSetting | UnservedSetting;

export function live<T>(
  key: string,
  parser: Parser<T>,
  fallback: NoInfer<T>,
  doc: string,
  hint: string,
  differs?: string,
): LiveSetting<T> {
  return { status: "live", key, parser, fallback, doc, hint, ...(differs !== undefined && { differs }) };
}

/** @param annotation where it is not called as the key is */
export function defaultFor(key: string, doc: string, annotation = key): DefaultSetting {
  return { status: "default", key, doc, annotation };
}

/** @param flag where it is not called as the key is */
export function restart(key: string, doc: string, flag = key): RestartSetting {
  return { status: "restart", key, doc, flag };
}

export function unserved(
  status: UnservedSetting["status"],
  key: string,
  doc: string,
  harmless: readonly string[] = [],
): UnservedSetting {
  return { status, key, doc, harmless };
}
