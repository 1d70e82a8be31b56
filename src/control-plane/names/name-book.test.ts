import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ABSENT, type Answer } from "./answer.ts";
import { NameBook, type SetTimer } from "./name-book.ts";
import type { NameChange, ResolvedName } from "./resolved-name.ts";

const SILENT: Answer = { ipv4: { code: "ETIMEOUT" }, ipv6: { code: "ETIMEOUT" } };

function found(ttl: number, ...addresses: readonly string[]): Answer {
  return { ipv4: { addresses, ttl }, ipv6: { addresses: [], ttl: 0 } };
}

/** A look-up that a test answers. */
interface Question {
  readonly name: string;
  readonly answer: (answer: Answer) => Promise<void>;
}

/** A timer that a test lets run out. */
interface Timer {
  readonly milliseconds: number;
  readonly run: () => void;
  cancelled: boolean;
}

describe("the name book", () => {
  let questions: Question[];
  let timers: Timer[];
  let changes: NameChange[];
  let book: NameBook;

  const setTimer: SetTimer = (run, milliseconds) => {
    const timer = { milliseconds, run, cancelled: false };
    timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  };

  function lookUp(name: string): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const answer = (given: Answer): Promise<void> => {
      resolve(given);
      // By then whoever waited for the answer has dealt with it.
      return new Promise((done) => setImmediate(done));
    };
    questions.push({ name, answer });
    return promise;
  }

  function open(remembered: ReadonlyMap<string, ResolvedName> = new Map()): void {
    book = new NameBook({ lookUp, setTimer, remembered });
    book.on("changed", (some) => changes.push(...some));
  }

  function answer(given: Answer): Promise<void> {
    const question = questions.shift();
    assert.ok(question !== undefined, "nothing is being looked up");
    return question.answer(given);
  }

  /** Lets the newest timer run out; gives how long it was set for, in seconds. */
  function tick(): number {
    const timer = timers.at(-1);
    assert.ok(timer !== undefined && !timer.cancelled, "no timer is set");
    timer.run();
    return timer.milliseconds / 1000;
  }

  beforeEach(() => {
    questions = [];
    timers = [];
    changes = [];
    open();
  });

  afterEach(() => book.stop());

  it("looks all names up at once, and is settled when each has an answer or has none", async () => {
    assert.equal(book.settled, true);
    book.follow(new Set(["a", "b"]));
    assert.deepEqual(
      questions.map(({ name }) => name),
      ["a", "b"],
    );
    await answer(found(30, "192.0.2.1"));
    assert.equal(book.settled, false);
    await answer(ABSENT);
    assert.equal(book.settled, true);
    assert.deepEqual(changes, [
      { type: "resolved", name: "a", resolved: { ipv4: ["192.0.2.1"], ipv6: [] } },
      { type: "resolved", name: "b", resolved: { ipv4: [], ipv6: [], failure: "DNS knows no address of it" } },
    ]);
  });

  it("looks a name up again when its answer has run out, within bounds", async () => {
    book.follow(new Set(["a"]));
    for (const [ttl, seconds] of [
      [30, 30],
      [0, 1],
      [1, 1],
      [86_400, 300],
    ] as const) {
      await answer(found(ttl, "192.0.2.1"));
      assert.equal(tick(), seconds);
    }
  });

  it("says when an answer differs, and nothing when it is the same in another order", async () => {
    book.follow(new Set(["a"]));
    await answer(found(30, "192.0.2.1", "192.0.2.2"));
    tick();
    await answer(found(30, "192.0.2.2", "192.0.2.1"));
    assert.equal(changes.length, 1);
    tick();
    await answer(found(30, "192.0.2.2"));
    assert.deepEqual(changes.at(-1)?.resolved, { ipv4: ["192.0.2.2"], ipv6: [] });
    assert.equal(changes.length, 2);
  });

  it("keeps the last addresses while look-ups fail, backs off, and says once that they fail", async () => {
    book.follow(new Set(["a"]));
    await answer(found(30, "192.0.2.1"));
    tick();
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      await answer(SILENT);
      pauses.push(tick());
    }
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 30, 30]);
    assert.equal(changes.length, 2);
    assert.deepEqual(changes[1]?.resolved, { ipv4: ["192.0.2.1"], ipv6: [], failure: "no DNS server answers" });
    await answer(found(30, "192.0.2.1"));
    assert.deepEqual(changes[2]?.resolved, { ipv4: ["192.0.2.1"], ipv6: [] });
    tick();
    await answer(SILENT);
    assert.equal(tick(), 1);
  });

  it("forgets a name that is followed no longer, its timer and its answer under way", async () => {
    book.follow(new Set(["a", "b"]));
    await answer(found(30, "192.0.2.1"));
    const late = questions.shift() as Question;
    book.follow(new Set());
    assert.equal(timers[0]?.cancelled, true);
    await late.answer(found(30, "192.0.2.2"));
    assert.deepEqual([changes.length, timers.length, book.settled, book.known().size], [1, 1, true, 0]);
  });

  it("asks anew for a name that comes back, and takes no answer to the question before", async () => {
    book.follow(new Set(["a"]));
    const late = questions.shift() as Question;
    book.follow(new Set());
    book.follow(new Set(["a"]));
    await late.answer(found(30, "192.0.2.9"));
    assert.deepEqual([changes.length, book.settled], [0, false]);
    await answer(found(30, "192.0.2.1"));
    assert.deepEqual(changes[0]?.resolved.ipv4, ["192.0.2.1"]);
  });

  it("gives what it remembers at once, and looks it up all the same", async () => {
    const resolved = { ipv4: ["192.0.2.1"], ipv6: [] };
    open(new Map([["a", resolved]]));
    assert.deepEqual(book.follow(new Set(["a", "b"])), [{ type: "resolved", name: "a", resolved }]);
    assert.equal(questions.length, 2);
    assert.deepEqual([...book.known()], [["a", resolved]]);
    await answer(found(30, "192.0.2.1"));
    assert.deepEqual(changes, []);
    assert.equal(book.settled, false);
  });

  it("does nothing for a set of names that it follows already", () => {
    const names = new Set(["a"]);
    book.follow(names);
    assert.deepEqual(book.follow(names), []);
    book.follow(new Set(["a"]));
    assert.equal(questions.length, 1);
  });

  it("runs on the clock by itself", async () => {
    const asked: string[] = [];
    let address = 0;
    book = new NameBook({
      lookUp: async (name) => {
        asked.push(name);
        return found(0, `192.0.2.${++address}`);
      },
    });
    book.follow(new Set(["a"]));
    await once(book, "changed");
    await once(book, "changed");
    book.stop();
    assert.deepEqual(asked, ["a", "a"]);
  });
});
