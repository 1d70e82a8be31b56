import type { Secret } from "../objects/model.ts";
import type { Keys } from "../translate/seal.ts";
import { KEY_LENGTH } from "./keys.ts";

/**
 * The keys in a Secret: `current`, and `former` while a rotation lasts.
 *
 * @throws Error of one sentence with its remedy when it holds none; no key is shown in it
 */
export function parseKeys({ metadata, data }: Secret): Keys {
  const { current, former } = data;
  for (const [name, key] of [
    ["current", current],
    ["former", former],
  ] as const) {
    const length = key?.length ?? (name === "current" ? 0 : KEY_LENGTH);
    if (length === KEY_LENGTH) continue;
    throw new Error(
      `The Secret ${metadata.namespace}/${metadata.name} holds ${length} bytes under ${name} instead of ${KEY_LENGTH}: correct it, or delete it to begin with a new key.`,
    );
  }
  return former === undefined ? { current: current as Uint8Array } : { current: current as Uint8Array, former };
}

export function isSameKeys(one: Keys, other: Keys): boolean {
  const same = (a: Uint8Array | undefined, b: Uint8Array | undefined) => Buffer.from(a ?? []).equals(b ?? Buffer.of());
  return same(one.current, other.current) && same(one.former, other.former);
}
