import type { Popularity, Scope, ServedAnnotation } from "./annotation.ts";

type Entry<T> = Omit<ServedAnnotation<T>, "status" | "group" | "scope" | "since" | "popularity">;

/**
 * Declares annotations of one group of the reference that Limpet serves.
 *
 * @param since the Limpet version that served them first
 */
export function served(group: string, scope: Scope, since = "0.1.0") {
  return <T>(popularity: Popularity, entry: Entry<T>): ServedAnnotation<T> => ({
    ...entry,
    popularity,
    status: "served",
    group,
    scope,
    since,
  });
}
