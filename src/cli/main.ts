import { Command, CommanderError } from "commander";
import { addCheck } from "./check.ts";
import { addDemo } from "./demo.ts";
import { addExplain } from "./explain.ts";
import { addRun } from "./run.ts";
import { CommandFailure, PROCESS_TERMINAL, type Terminal } from "./terminal.ts";
import { addVersion, limpetVersion } from "./version.ts";

/** A command's exit status: 0 good, 1 Problems found or the run failed, 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/** Notes the status that a command ended with. */
export type Finish = (status: ExitStatus) => void;

/** The whole command line: every command with its flags. */
export function makeProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command("limpet");
  program
    .description("A Kubernetes ingress controller that keeps a client on its pod")
    .version(limpetVersion())
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .showHelpAfterError("(limpet --help lists the commands, limpet COMMAND --help its flags)");
  for (const add of [addRun, addCheck, addExplain, addDemo, addVersion]) add(program, terminal, finish);
  for (const command of program.commands) command.copyInheritedSettings(program).allowExcessArguments(false);
  return program;
}

/** Help that was asked for is no mistake; what the parser ends with otherwise is one. */
function statusOf(error: CommanderError): ExitStatus {
  return error.exitCode === 0 ? 0 : 2;
}

/**
 * Runs a command line to its end; gives the exit status.
 *
 * @param words what stands behind `limpet`
 */
export async function main(words: readonly string[], terminal: Terminal = PROCESS_TERMINAL): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = makeProgram(terminal, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return statusOf(error);
    if (!(error instanceof CommandFailure)) throw error;
    terminal.err(`limpet: ${error.message}\n`);
    return error.status;
  }
}
