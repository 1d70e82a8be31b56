import { EventEmitter } from "node:events";
import type { Leadership, LeadershipEvents } from "./leadership.ts";

/** Leads from start to stop without asking anybody: the operator says that there is no other replica. */
export class SoleLeader extends EventEmitter<LeadershipEvents> implements Leadership {
  #leading = false;

  get leading(): boolean {
    return this.#leading;
  }

  start(): void {
    this.#leading = true;
    this.emit("elected");
  }

  async stop(): Promise<void> {
    if (!this.#leading) return;
    this.#leading = false;
    this.emit("lost");
  }
}
