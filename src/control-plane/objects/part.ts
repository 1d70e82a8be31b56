import type { core, z } from "zod";
import type { Problem } from "../problems/problem.ts";
import { objectWrongShape, partTakenOtherwise, partWrongShape, type Subject } from "../problems/source-problems.ts";
import { type Fault, faultOf, typeName } from "./fault.ts";
import { type FieldPath, formatFieldPath } from "./field-path.ts";
import { isMapping } from "./is-mapping.ts";
import { showValue } from "./show-value.ts";

/** What a reader gives for a part that cannot be used; its Problems have been noted. */
export const LOST: unique symbol = Symbol("lost");
export type Lost = typeof LOST;

/** Loss of everything: the reader of the kind gives up and the object is left out. */
export const WHOLE_OBJECT: unique symbol = Symbol("whole object");

/** What happens when a part is lost, as a clause: `this path is not served`. */
export type Loss = string | typeof WHOLE_OBJECT;

interface Report {
  readonly object: string;
  readonly problems: Problem[];
}

/** A step from the whole object to a part; a path is put together only for a Problem, of which there are few. */
interface Step {
  readonly from: Step | undefined;
  readonly to: string | number;
}

function pathOf(last: Step | undefined): FieldPath {
  const path: (string | number)[] = [];
  for (let step = last; step !== undefined; step = step.from) path.unshift(step.to);
  return path;
}

/** A part of a raw object, with its path and the list that its Problems go to. */
export class Part {
  readonly value: unknown;
  readonly #step: Step | undefined;
  readonly #report: Report;
  readonly #secret: boolean;

  private constructor(value: unknown, step: Step | undefined, report: Report, secret: boolean) {
    this.value = value;
    this.#step = step;
    this.#report = report;
    this.#secret = secret;
  }

  /** @param object its name in Problems; @param problems what they are added to */
  static root(value: unknown, object: string, problems: Problem[]): Part {
    return new Part(value, undefined, { object, problems }, false);
  }

  /** Null counts as absent, as in the API. */
  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** A field of a mapping; absent when this is none. */
  at(key: string): Part {
    const own = isMapping(this.value) && Object.hasOwn(this.value, key);
    return this.#below(key, own ? (this.value as Record<string, unknown>)[key] : undefined, this.#secret);
  }

  /** The same part, whose value no Problem may show. */
  hidden(): Part {
    return new Part(this.value, this.#step, this.#report, true);
  }

  /** The parts of a list; none when absent. */
  items(loss: Loss): readonly Part[] | Lost {
    if (this.absent) return [];
    if (Array.isArray(this.value)) return this.value.map((item, index) => this.#below(index, item, this.#secret));
    return this.lose({ wrong: `This is ${typeName(this.value)} where a list belongs`, hint: "Write a list." }, loss);
  }

  /** The fields of a mapping; none when absent. */
  fields(loss: Loss): readonly (readonly [string, Part])[] | Lost {
    if (this.absent) return [];
    if (!isMapping(this.value)) return this.lose(notMapping(this.value), loss);
    return Object.entries(this.value).map(([key, item]) => [key, this.#below(key, item, this.#secret)]);
  }

  /** Whether this is absent or a mapping; otherwise a Problem is noted. */
  mapping(loss: Loss): boolean {
    if (this.absent || isMapping(this.value)) return true;
    this.lose(notMapping(this.value), loss);
    return false;
  }

  /** What the schema makes of this part; when it does not fit, one Problem for each thing that is wrong. */
  read<S extends z.ZodType>(schema: S, loss: Loss): z.output<S> | Lost {
    const result = schema.safeParse(this.value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#deep(issue.path).#fault(issue, loss);
    return LOST;
  }

  /** Notes that this part cannot be used. */
  lose(fault: Fault, loss: Loss): Lost {
    this.#report.problems.push(
      loss === WHOLE_OBJECT
        ? objectWrongShape(this.#subject(), fault.wrong, fault.hint)
        : partWrongShape(this.#subject(), fault.wrong, loss, fault.hint),
    );
    return LOST;
  }

  /** Notes that this part is taken in another way than it says. @param effect a clause */
  warn(fault: Fault, effect: string): void {
    this.#report.problems.push(partTakenOtherwise(this.#subject(), fault.wrong, effect, fault.hint));
  }

  #fault(issue: core.$ZodIssue, loss: Loss): void {
    this.lose(faultOf(issue, this.value), loss);
  }

  /** What a Problem says about this part. */
  #subject(): Subject {
    const value = this.#secret ? "" : showValue(this.value);
    return { object: this.#report.object, field: formatFieldPath(pathOf(this.#step)), value };
  }

  #below(step: string | number, value: unknown, secret: boolean): Part {
    return new Part(value, { from: this.#step, to: step }, this.#report, secret);
  }

  #deep(path: readonly PropertyKey[]): Part {
    let part: Part = this;
    for (const step of path) {
      const value = (part.value as Record<PropertyKey, unknown> | null | undefined)?.[step];
      part = part.#below(typeof step === "number" ? step : String(step), value, part.#secret);
    }
    return part;
  }
}

/** What could be read of a list, in an array that is no longer than it has to be: there are tens of thousands. */
export function withoutLost<T>(items: readonly (T | Lost)[]): readonly T[] {
  return items.includes(LOST) ? items.filter((item): item is T => item !== LOST) : (items as readonly T[]);
}

function notMapping(value: unknown): Fault {
  return { wrong: `This is ${typeName(value)} where a mapping belongs`, hint: "Write a mapping of names to values." };
}
