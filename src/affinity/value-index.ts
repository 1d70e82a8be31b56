import { emptyRecord } from "../snapshot/empty-record.ts";
import type { Backend } from "../snapshot/model.ts";

/** Where every value leads that a Backend's cookies may hold, for what one lookup did not settle. */
export interface ValueIndex {
  /** Positions by sealed value, of the current key and of the former one. */
  readonly pinned: Record<string, number>;
  readonly formerlyPinned: Record<string, number>;
  readonly classicPins: readonly string[];
  readonly classicPinned: Record<string, number>;
  readonly classicKey: string;
  /** Sealed values of Endpoints that left lately. */
  readonly departed: Record<string, boolean>;
}

function positionsOf(values: readonly string[]): Record<string, number> {
  const positions = emptyRecord<number>();
  for (let i = 0; i < values.length; i++) positions[values[i] as string] = i;
  return positions;
}

export function indexValues(backend: Backend): ValueIndex {
  const departed = emptyRecord<boolean>();
  for (let i = 0; i < backend.departed.length; i++) departed[backend.departed[i] as string] = true;
  return {
    pinned: positionsOf(backend.pins),
    formerlyPinned: positionsOf(backend.formerPins),
    classicPins: backend.classicPins,
    classicPinned: positionsOf(backend.classicPins),
    classicKey: backend.classicKey,
    departed,
  };
}
