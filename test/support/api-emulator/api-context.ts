import type { Settings } from "./emulator-options.ts";
import type { FaultTable } from "./fault-table.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ObjectWriter } from "./object-writer.ts";
import type { RequestLog } from "./request-log.ts";
import type { Watches } from "./watches.ts";

/** What requests are answered from. */
export interface ApiContext {
  readonly store: ObjectStore;
  readonly writer: ObjectWriter;
  readonly watches: Watches;
  readonly faults: FaultTable;
  readonly log: RequestLog;
  readonly settings: Settings;
  /** Undefined lets everybody in. */
  readonly tokens: () => ReadonlySet<string> | undefined;
}
