import type { HealthView } from "../admin/admin-server.ts";

export interface ReadinessFacts {
  readonly stopping: boolean;
  /** Whether the source has handed over what there is. */
  readonly sourceDelivered: boolean;
  /** Whether the stored Snapshot counts as good until the source has been read. */
  readonly storedFirst: boolean;
  /** Why the source cannot be read just now; empty when it can. */
  readonly sourceFailure: string;
  /** Whether the data plane holds a Snapshot that it accepted. */
  readonly serving: boolean;
  /** Whether it took a Snapshot of the source's, since the start. */
  readonly caughtUp: boolean;
  readonly generation: number;
}

const READING = "the source is being read";

function withFailure(reason: string, { sourceDelivered, sourceFailure }: ReadinessFacts): string {
  return sourceDelivered || sourceFailure === "" ? reason : `${reason}: ${sourceFailure}`;
}

function reasonAgainst(facts: ReadinessFacts): string | undefined {
  if (facts.stopping) return "stopping";
  if (!facts.serving) return withFailure("the data plane has not accepted a Snapshot yet", facts);
  // The last good Snapshot is worth having for as long as the source is away; not while it is about to speak.
  const isAboutToSpeak = !facts.sourceDelivered && facts.sourceFailure === "" && !facts.storedFirst;
  if (isAboutToSpeak) return READING;
  if (facts.sourceDelivered && !facts.caughtUp) return "the first Snapshot of the source is not accepted yet";
  return undefined;
}

/**
 * Whether the newest accepted Snapshot is what every worker serves. Acceptance is what counts: a worker takes a new
 * generation up before it matches the first request that comes after it.
 */
export function readiness(facts: ReadinessFacts): HealthView {
  const against = reasonAgainst(facts);
  const lastGood = `ready with the last good Snapshot: ${facts.sourceFailure || READING}`;
  const fallback = facts.sourceDelivered ? "ready" : lastGood;
  return { ok: against === undefined, reason: against ?? fallback, details: { ...facts } };
}
