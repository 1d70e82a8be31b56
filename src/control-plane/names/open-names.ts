import { join } from "node:path";
import { NameBook } from "./name-book.ts";
import { NameMemory } from "./name-memory.ts";
import { SystemLookUp } from "./system-look-up.ts";

/**
 * The names as they are followed for real: by the system's DNS, and remembered in the state directory.
 *
 * @param servers those of `/etc/resolv.conf` when undefined
 * @param report takes what goes wrong with the memory, as a sentence
 */
export async function openNames(
  stateDirectory: string,
  servers: readonly string[] | undefined,
  report: (message: string) => void,
): Promise<{ readonly book: NameBook; readonly close: () => Promise<void> }> {
  const memory = await NameMemory.open(join(stateDirectory, "names.json"), report);
  const system = new SystemLookUp(servers === undefined ? {} : { servers });
  const book = new NameBook({ lookUp: (name) => system.lookUp(name), remembered: memory.remembered });
  book.on("changed", () => memory.note(book.known()));
  const close = (): Promise<void> => {
    book.stop();
    system.stop();
    return memory.close();
  };
  return { book, close };
}
