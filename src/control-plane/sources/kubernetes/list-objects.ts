import { type ApiClient, hasStatus } from "../../kubernetes/api-client.ts";
import { isMapping } from "../../objects/is-mapping.ts";
import type { Resource } from "./resource.ts";

/** Objects on a page. */
const PAGE_SIZE = 500;
/** Milliseconds for a page: more than the server gives itself. */
const PAGE_TIMEOUT_MS = 90_000;

interface Page {
  readonly items: readonly unknown[];
  readonly version: string;
  /** Empty: this is the last one. */
  readonly next: string;
}

function readPage(raw: unknown, resource: Resource): Page {
  const metadata = isMapping(raw) ? raw["metadata"] : undefined;
  const items = isMapping(raw) ? raw["items"] : undefined;
  // Go writes an empty list as null.
  const isList = Array.isArray(items) || items === null;
  if (!isMapping(metadata) || typeof metadata["resourceVersion"] !== "string" || !isList) {
    throw new Error(`The API server's list at ${resource.path} is not a whole list.`);
  }
  const next = metadata["continue"];
  return { items: items ?? [], version: metadata["resourceVersion"], next: typeof next === "string" ? next : "" };
}

async function readPages(
  client: ApiClient,
  resource: Resource,
  signal: AbortSignal,
  add: (raw: unknown) => void,
): Promise<string> {
  const { path, fieldSelector } = resource;
  let version = "";
  let next = "";
  do {
    const query = {
      limit: String(PAGE_SIZE),
      ...(fieldSelector !== undefined && { fieldSelector }),
      ...(next !== "" && { continue: next }),
    };
    const answer = await client.request({ method: "GET", path, query, signal, timeoutMs: PAGE_TIMEOUT_MS });
    const page = readPage(answer, resource);
    for (const item of page.items) add(item);
    version = page.version;
    next = page.next;
  } while (next !== "");
  return version;
}

function isExpired(error: unknown): boolean {
  return hasStatus(error, 410);
}

/**
 * Reads a whole list, page by page. One that the server forgets half-way is begun anew, once.
 *
 * @param begin gives what takes the items of a list that begins; what the one before took does not count any more
 * @returns the list's resourceVersion
 * @throws as `ApiClient.request`; Error when a page is no list
 */
export async function listObjects(
  client: ApiClient,
  resource: Resource,
  signal: AbortSignal,
  begin: () => (raw: unknown) => void,
): Promise<string> {
  try {
    return await readPages(client, resource, signal, begin());
  } catch (error) {
    if (!isExpired(error)) throw error;
    return await readPages(client, resource, signal, begin());
  }
}
