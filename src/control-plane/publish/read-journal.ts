import { applyChanges } from "./desired-snapshot.ts";
import { readRecord } from "./journal-record.ts";
import type { Push } from "./push.ts";

/** A Snapshot that a data plane took, with the place in its history. */
export interface StoredSnapshot {
  readonly lineage: string;
  readonly generation: number;
  readonly entries: Map<string, string>;
  /** The fingerprint of the one data plane that checked all of them; undefined: there were several, or nobody knows. */
  readonly checkedBy?: string | undefined;
}

export interface ReadJournal {
  /** Absent when the bytes hold no whole Snapshot. */
  readonly snapshot: StoredSnapshot | undefined;
  /** Bytes from the start that are whole records. */
  readonly good: number;
  /** One sentence for the operator when some bytes are of no use; empty when all are. */
  readonly damage: string;
}

/** The Snapshot after a push; undefined when the push does not continue it. */
export function advance(snapshot: StoredSnapshot | undefined, push: Push): StoredSnapshot | undefined {
  const { lineage, generation, checkedBy } = push;
  if (push.full) {
    const entries = new Map<string, string>();
    applyChanges(entries, push.changes);
    return { lineage, generation, entries, checkedBy };
  }
  if (snapshot === undefined || snapshot.lineage !== lineage || snapshot.generation !== push.base) return undefined;
  applyChanges(snapshot.entries, push.changes);
  return {
    ...{ lineage, generation, entries: snapshot.entries },
    checkedBy: snapshot.checkedBy === checkedBy ? checkedBy : undefined,
  };
}

function describe(kind: "cut" | "damaged" | "broken", lost: number, at: number, usable: boolean): string {
  const what =
    kind === "cut"
      ? `ends in the middle of a record: its last ${lost} bytes are dropped`
      : `is damaged from byte ${at} on: ${lost} bytes are dropped`;
  const then = usable ? "the configuration before them is used" : "Limpet starts without it";
  return `the stored snapshot ${what}, ${then}`;
}

/**
 * Reads a journal's records from the start, up to the first that is cut off, damaged or out of place. Any bytes are
 * taken; it never throws.
 */
export function readJournal(bytes: Buffer): ReadJournal {
  let snapshot: StoredSnapshot | undefined;
  let at = 0;
  while (at < bytes.length) {
    const record = readRecord(bytes, at);
    const next = record.kind === "record" ? advance(snapshot, record.push) : undefined;
    if (record.kind !== "record" || next === undefined) {
      const kind = record.kind === "record" ? "broken" : record.kind;
      return { snapshot, good: at, damage: describe(kind, bytes.length - at, at, snapshot !== undefined) };
    }
    snapshot = next;
    at = record.end;
  }
  return { snapshot, good: at, damage: "" };
}
