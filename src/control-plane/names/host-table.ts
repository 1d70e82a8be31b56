import { isIP } from "node:net";

/** Names in lower case → addresses. */
export type HostTable = ReadonlyMap<string, readonly string[]>;

/** @param text of `/etc/hosts` (hosts(5)); a line that is not understood is passed over, as every resolver does */
export function parseHostTable(text: string): HostTable {
  const table = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    // A zone (`fe80::1%eth0`) means something on one machine only.
    if (isIP(address) === 0 || address.includes("%")) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      table.set(key, [...(table.get(key) ?? []), address.toLowerCase()]);
    }
  }
  return table;
}
