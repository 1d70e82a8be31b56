import { type ActionOf, type FaultAction, type FaultKind, type FaultScope, inScope } from "./fault.ts";
import type { RequestInfo } from "./request-info.ts";

/** A fault that is switched on. */
export interface Fault {
  /** How often it struck. */
  readonly met: number;
  /** It meets no further request. What waits for it goes on; what it broke stays broken. */
  lift(): void;
}

class ActiveFault implements Fault {
  readonly scope: FaultScope;
  readonly action: FaultAction;
  met = 0;
  left: number;
  readonly #lifted: () => void;

  constructor(scope: FaultScope, action: FaultAction, times: number, lifted: () => void) {
    this.scope = scope;
    this.action = action;
    this.left = times;
    this.#lifted = lifted;
  }

  lift(): void {
    this.left = 0;
    this.#lifted();
  }
}

/** The faults that are switched on, the newest first. */
export class FaultTable {
  #active: readonly ActiveFault[] = [];
  readonly #changed: () => void;

  /** @param changed told whenever a fault struck or was lifted */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** @param times requests that it meets; Infinity: until it is lifted */
  add(scope: FaultScope, action: FaultAction, times: number, lifted: () => void = () => {}): Fault {
    const fault = new ActiveFault(scope, action, times, () => {
      this.#active = this.#active.filter((other) => other !== fault);
      lifted();
      this.#changed();
    });
    this.#active = [fault, ...this.#active];
    return fault;
  }

  /** The fault of a kind that meets this request now, used up by one. */
  strike<K extends FaultKind>(
    kind: K,
    info: RequestInfo,
    also: (action: ActionOf<K>) => boolean = () => true,
  ): ActionOf<K> | undefined {
    const fault = this.#find(kind, info, also);
    if (fault === undefined) return undefined;
    fault.left -= 1;
    fault.met += 1;
    this.#changed();
    return fault.action as ActionOf<K>;
  }

  /** Whether a fault of a kind meets this request, used up by nothing. */
  holds(kind: FaultKind, info: RequestInfo): boolean {
    return this.#find(kind, info, () => true) !== undefined;
  }

  liftAll(): void {
    for (const fault of this.#active) fault.lift();
  }

  #find<K extends FaultKind>(
    kind: K,
    info: RequestInfo,
    also: (action: ActionOf<K>) => boolean,
  ): ActiveFault | undefined {
    return this.#active.find(
      ({ left, action, scope }) =>
        left > 0 && action.kind === kind && inScope(scope, info) && also(action as ActionOf<K>),
    );
  }
}
