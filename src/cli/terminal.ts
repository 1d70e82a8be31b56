/** What a command writes to; a test gives its own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const PROCESS_TERMINAL: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** An end of the command that is no bug: its sentence is printed alone, and its status is the process's. */
export class CommandFailure extends Error {
  readonly status: 1 | 2;

  /** @param status 1: the run failed; 2: wrong usage */
  constructor(status: 1 | 2, message: string) {
    super(message);
    this.status = status;
  }
}
