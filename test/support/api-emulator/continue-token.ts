import { isJsonObject } from "./api-object.ts";

/** Where the next page of a list begins. */
export interface ListPosition {
  /** The version of the list's first page; -1 to go on with whatever is there now. */
  readonly resourceVersion: number;
  /** The last key of the page before. */
  readonly after: string;
}

/** As opaque as the real one: JSON in base64url. */
export function encodeContinue(position: ListPosition): string {
  const token = { v: "meta.k8s.io/v1", rv: position.resourceVersion, start: position.after };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** @returns undefined for what is no token of ours */
export function decodeContinue(token: string): ListPosition | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (!isJsonObject(value)) return undefined;
    const { rv, start } = value;
    return typeof rv === "number" && typeof start === "string" ? { resourceVersion: rv, after: start } : undefined;
  } catch {
    return undefined;
  }
}
