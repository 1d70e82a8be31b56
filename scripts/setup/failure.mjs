// @ts-check

/** What the set-up cannot do: its message says what is missing and the command that would help. */
export class Failure extends Error {}

/**
 * Announces a step, on stderr: stdout belongs to the task.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`limpet set-up: ${line}\n`);
}
