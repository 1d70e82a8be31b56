import type { EventEmitter } from "node:events";

export interface LeadershipEvents {
  elected: [];
  lost: [];
}

/** Whether this process is the one that writes to the cluster. */
export interface Leadership extends EventEmitter<LeadershipEvents> {
  /** As it is at this moment: asked right before each write, as time alone ends it. */
  readonly leading: boolean;
  readonly start: () => void;
  /** Hands the leadership over; nothing may be written any more once this is called. Never rejects. */
  readonly stop: () => Promise<void>;
}
