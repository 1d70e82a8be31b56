import type { Endpoint } from "../../snapshot/model.ts";
import { MOST_BUILT_ENDPOINTS } from "../../snapshot/ring.ts";
import { nodeId } from "./classic.ts";
import { ringBytes } from "./ring.ts";

/** A ring and the Endpoints that it was made from. */
interface KnownRing {
  readonly ids: string;
  readonly bytes: string;
}

/** The rings of Backends that are too large for a worker to build its own. */
export class LargeRings {
  readonly #rings = new Map<string, KnownRing>();

  /**
   * The ring over all Endpoints of a Backend, made again only when an address came or went.
   *
   * @returns its bytes, one character each; undefined where whoever needs it builds it
   */
  of(backend: string, endpoints: readonly Endpoint[]): string | undefined {
    if (endpoints.length <= MOST_BUILT_ENDPOINTS) {
      this.drop(backend);
      return undefined;
    }
    const nodes = endpoints.map(nodeId);
    const ids = nodes.join(" ");
    const known = this.#rings.get(backend);
    if (known?.ids === ids) return known.bytes;
    const bytes = Buffer.from(ringBytes(nodes).buffer).toString("latin1");
    this.#rings.set(backend, { ids, bytes });
    return bytes;
  }

  /** A Backend is gone. */
  drop(backend: string): void {
    this.#rings.delete(backend);
  }
}
