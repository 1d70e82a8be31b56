import { INTERCEPTABLE } from "../../snapshot/interceptions.ts";

function subsets(statuses: readonly number[]): readonly (readonly number[])[] {
  const [first, ...rest] = statuses;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

/** Every set of statuses that has a location. */
export const INTERCEPTIONS: readonly (readonly number[])[] = subsets(INTERCEPTABLE).filter(({ length }) => length > 0);
