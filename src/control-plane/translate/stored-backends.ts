import { backendEntry, decodeBackend } from "../../snapshot/entries.ts";
import type { Backend } from "../../snapshot/model.ts";
import { toByteString } from "../publish/bytes.ts";

/** The Backends that an earlier run of the controller published: what slices do not tell of the past. Each is given once. */
export class StoredBackends {
  readonly #entries = new Map<string, string>();

  /** @param entries of the stored Snapshot; undefined when there is none */
  constructor(entries: ReadonlyMap<string, string> | undefined) {
    const prefix = backendEntry("");
    for (const [name, bytes] of entries ?? []) if (name.startsWith(prefix)) this.#entries.set(name, bytes);
  }

  take(id: string): Backend | undefined {
    const name = toByteString(backendEntry(id));
    const bytes = this.#entries.get(name);
    if (bytes === undefined) return undefined;
    this.#entries.delete(name);
    const backend = decodeBackend(bytes);
    return backend.ok ? backend.value : undefined;
  }
}
