/**
 * What the workers share. `limpet_state` holds the small facts, `limpet_a` and `limpet_b` the entries: a whole Snapshot
 * is written into the one that is not in use, a delta into the one that is.
 *
 *     limpet_state   generation        where the number of the Snapshot stands that is being served; moving it adopts a push
 *                    lineage           the history that the generation counts
 *                    change/<g>        what generation g changed, and on what it builds
 *                    worker/<id>       the generation that a worker has taken up
 *                    life/<id>         how many workers have had this number, the present one included
 *                    ticket-keys       of TLS sessions; see tls/ticket-keys.ts
 *                    draft             the version of the whole Snapshot that is being written, or was last
 *     limpet_a, _b   <name>            which version of an entry is current: see pointer.ts
 *                    <version>:<name>  the bytes of that version
 */
import { decode, encode } from "../snapshot/codec.ts";
import { sharedWord } from "./shared-word.ts";

export const state = ngx.shared["limpet_state"] as SharedDict;

const dicts = [ngx.shared["limpet_a"] as SharedDict, ngx.shared["limpet_b"] as SharedDict];

export function entriesDict(number: number): SharedDict {
  return dicts[number] as SharedDict;
}

const generation = sharedWord(state, "generation");

/** The generation that is being served; 0 before the first push. */
export function servedGeneration(): number {
  return generation[0];
}

/** Adopts a push: from the next request on every worker serves it. */
export function serveGeneration(newest: number): void {
  generation[0] = newest;
}

/** What one generation changed. */
export interface Change {
  /** The generation it builds on. */
  readonly base: number;
  /** Everything is new: nothing that a worker holds is worth keeping. */
  readonly whole: boolean;
  readonly names: readonly string[];
  /** The dict that holds the entries: 0 or 1. */
  readonly dict: number;
}

export function readChange(generation: number): Change | undefined {
  const encoded = state.get(`change/${generation}`);
  if (encoded === undefined) return undefined;
  const decoded = decode(encoded as string);
  return decoded.ok ? (decoded.value as unknown as Change) : undefined;
}

/** How many changes are kept for workers that were idle; who missed more drops all it holds. */
const KEPT_CHANGES = 64;

export function writeChange(generation: number, change: Change): boolean {
  const [written] = state.safe_set(`change/${generation}`, encode(change));
  state.delete(`change/${generation - KEPT_CHANGES}`);
  return written;
}
