import type { ApiObject, JsonObject } from "./api-object.ts";
import type { Ending, FaultScope, GoneForm, Moment } from "./fault.ts";
import type { Fault, FaultTable } from "./fault-table.ts";
import { Refusal, type RefusalOptions } from "./refusal.ts";
import type { Watches } from "./watches.ts";

export interface RefusedAnswer extends RefusalOptions {
  readonly status: number;
  readonly message?: string;
  /** Seconds, for the header Retry-After. */
  readonly retryAfter?: number;
}

/** A fault that holds requests back. */
export interface Hold extends Fault {
  /** Lets go all that wait, and lifts the fault. */
  release(): void;
}

/**
 * Everything that can be made to go wrong. A fault meets the requests of its scope from now on: the given number of
 * times, or until it is lifted. Where several faults of one kind meet a request, the newest counts; those of different
 * kinds add up (a page that omits objects and then breaks off is `omit` and `cutBody`).
 */
export class Faults {
  readonly #table: FaultTable;
  readonly #watches: Watches;

  constructor(table: FaultTable, watches: Watches) {
    this.#table = table;
    this.#watches = watches;
  }

  /** Requests get a status instead of what they ask for. */
  answer(scope: FaultScope, answer: RefusedAnswer, times = Number.POSITIVE_INFINITY): Fault {
    const { status, message = `a fault answers ${status}`, retryAfter, ...options } = answer;
    const details = { ...options.details, ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }) };
    const refusal = new Refusal(status, message, { ...options, details });
    return this.#table.add(scope, { kind: "answer", refusal, retryAfter }, times);
  }

  /** Watches are told 410 instead of being served; a list's later pages get it by `answer`. */
  gone(scope: FaultScope = {}, as: GoneForm = "error-event", times = Number.POSITIVE_INFINITY): Fault {
    return this.#table.add(scope, { kind: "gone", as }, times);
  }

  /** Open watches get the ERROR event 410 now, and end. Gives how many there were. */
  goneNow(scope: FaultScope = {}): number {
    const open = this.#watches.inScope(scope);
    for (const watch of open) watch.fail(new Refusal(410, "a fault calls the resourceVersion too old"));
    return open.length;
  }

  /**
   * Half-open connections: watches that are open now, and those accepted while the fault is on, never say anything again.
   * Nothing closes them, and lifting the fault does not wake them.
   */
  halfOpen(scope: FaultScope = {}, times = Number.POSITIVE_INFINITY): Fault {
    for (const watch of this.#watches.inScope(scope)) watch.mute();
    return this.#table.add({ ...scope, verb: "watch" }, { kind: "half-open" }, times);
  }

  /** Watches, open or new, say nothing until the fault is lifted: neither events nor bookmarks. Then events come all at once. */
  silence(scope: FaultScope = {}): Fault {
    const lifted = () => this.#watches.speakAgain();
    return this.#table.add({ ...scope, verb: "watch" }, { kind: "silence" }, Number.POSITIVE_INFINITY, lifted);
  }

  /** The next line of each of so many watches breaks off in its middle, and the stream with it. */
  cutLine(scope: FaultScope = {}, ending: Ending = "fin", times = 1): Fault {
    return this.#table.add({ ...scope, verb: "watch" }, { kind: "cut-line", ending }, times);
  }

  /** Bodies of answers end early. @param share of the body's bytes that are sent, 0 to 1 */
  cutBody(scope: FaultScope = { verb: "list" }, ending: Ending = "fin", share = 0.5, times = 1): Fault {
    return this.#table.add(scope, { kind: "cut-body", share, ending }, times);
  }

  /** Lists leave out the objects that `omits` names, as if they were not there. */
  omit(scope: FaultScope, omits: (object: ApiObject) => boolean, times = Number.POSITIVE_INFINITY): Fault {
    return this.#table.add({ ...scope, verb: "list" }, { kind: "omit", omits }, times);
  }

  /**
   * Requests wait until they are released.
   *
   * @param before `answer`: the request took effect, and its answer is ready and late. `handling`: it did not yet.
   */
  hold(scope: FaultScope, before: Moment = "answer", times = Number.POSITIVE_INFINITY): Hold {
    const { promise, resolve } = Promise.withResolvers<void>();
    const fault = this.#table.add(scope, { kind: "hold", before, released: promise }, times, resolve);
    return Object.assign(fault, { release: () => fault.lift() });
  }

  /** Connections break without an answer. @param before as for `hold` */
  reset(scope: FaultScope, before: Moment = "handling", times = Number.POSITIVE_INFINITY): Fault {
    return this.#table.add(scope, { kind: "reset", before }, times);
  }

  /** Bodies, and lines of new watches, come in parts. @param interval milliseconds between them; 0: each in a turn of its own */
  trickle(scope: FaultScope, bytes = 1, interval = 0, times = Number.POSITIVE_INFINITY): Fault {
    return this.#table.add(scope, { kind: "trickle", bytes, interval }, times);
  }

  /** Bookmarks tell what `versionOf` makes of the right resourceVersion: old ones, wrong ones, in any order. */
  bookmarkVersion(scope: FaultScope, versionOf: (current: number) => number | string): Fault {
    const action = { kind: "bookmark-version", versionOf } as const;
    return this.#table.add({ ...scope, verb: "watch" }, action, Number.POSITIVE_INFINITY);
  }

  /** Open watches say this text now, whatever it is: half a line, no JSON, an event of no known type. */
  say(scope: FaultScope, text: string): number {
    const open = this.#watches.inScope(scope);
    for (const watch of open) watch.say(text);
    return open.length;
  }

  /** Open watches tell this event now. */
  sayEvent(scope: FaultScope, type: string, object: JsonObject): number {
    return this.say(scope, `${JSON.stringify({ type, object })}\n`);
  }

  /** Open watches end now. `close` is what the server does when their time is over. Gives how many there were. */
  endWatches(scope: FaultScope = {}, ending: Ending = "close"): number {
    const open = this.#watches.inScope(scope);
    for (const watch of open) watch.end(ending);
    return open.length;
  }

  /** Lifts every fault that is on. */
  liftAll(): void {
    this.#table.liftAll();
  }
}
