/** How a name that is not absolute is completed (resolv.conf(5)). */
export interface SearchRules {
  readonly search: readonly string[];
  /** A name with as many dots is tried as it is first. */
  readonly ndots: number;
}

const MOST_NDOTS = 15;

/** Characters; RFC 1035 section 2.3.4 counts 255 bytes with those that frame them. */
const LONGEST_NAME = 253;

function ndotsOf(options: readonly string[], before: number): number {
  const found = options.findLast((option) => /^ndots:\d{1,9}$/.test(option));
  return found === undefined ? before : Math.min(Number(found.slice("ndots:".length)), MOST_NDOTS);
}

/** @param text of `/etc/resolv.conf`; what is not understood is passed over, as every resolver does */
export function parseSearchRules(text: string): SearchRules {
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    // The last one of these two holds.
    if (keyword === "search") search = values.map((domain) => domain.replace(/\.$/, ""));
    else if (keyword === "domain") search = values.slice(0, 1);
    else if (keyword === "options") ndots = ndotsOf(values, ndots);
  }
  return { search, ndots };
}

/** The absolute names that a name may mean, in the order in which they are asked for, without a dot at the end. */
export function candidateNames(name: string, { search, ndots }: SearchRules): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const domains = search.filter((domain) => domain !== "");
  const completed = domains.map((domain) => `${name}.${domain}`).filter(({ length }) => length <= LONGEST_NAME);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...completed] : [...completed, name];
}
