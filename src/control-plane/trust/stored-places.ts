/** What all of the names have in them: looked for first, as it is found far sooner. */
const MARK = "-verified-";
const VERIFIED_NAME = /@(?:https|grpcs)-verified-(\d+)-depth-\d+/g;

/**
 * The places of authorities that a stored Snapshot names: it may be served before anything else is known.
 *
 * @param entries names and bytes; undefined: there is no Snapshot
 */
export function storedPlaces(entries: ReadonlyMap<string, string> | undefined): ReadonlySet<number> {
  const places = new Set<number>();
  // Names stand in the bytes as they are; that anything else looks like one only keeps a place from being given away.
  for (const bytes of entries?.values() ?? []) {
    if (!bytes.includes(MARK)) continue;
    for (const [, place] of bytes.matchAll(VERIFIED_NAME)) places.add(Number(place));
  }
  return places;
}
