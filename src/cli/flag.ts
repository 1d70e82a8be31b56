import { type Command, Option } from "commander";
import type { ParseValue } from "./parse-value.ts";

/** A flag of a command: declared once, for the parser, the environment, the help and the reference. */
export interface Flag<T> {
  /** Without the dashes: `http-port`. */
  readonly name: string;
  /** What stands for the value in the help; empty when the flag needs none. */
  readonly placeholder: string;
  readonly parse: ParseValue<T>;
  /** Absent: the flag may be left out and says nothing then. */
  readonly fallback?: T;
  /** How the help shows the default, where it is not the fallback itself. */
  readonly shownDefault?: string;
  /** One sentence, or less. */
  readonly doc: string;
}

/** The flags of a command by the name of the field that each fills. */
export type FlagTable<F> = { readonly [K in keyof F]-?: Flag<Exclude<F[K], undefined>> };

/** `http-port` → `LIMPET_HTTP_PORT`. */
export function environmentName(flag: { readonly name: string }): string {
  return `LIMPET_${flag.name.toUpperCase().replaceAll("-", "_")}`;
}

function makeOption<T>(flag: Flag<T>): Option {
  const option = new Option(
    `--${flag.name} ${flag.placeholder === "" ? "[BOOLEAN]" : `<${flag.placeholder}>`}`,
    flag.doc,
  );
  option.env(environmentName(flag)).argParser((text: string) => flag.parse(text));
  if (flag.placeholder === "") option.preset("true");
  return flag.fallback === undefined && flag.shownDefault === undefined
    ? option
    : option.default(flag.fallback, flag.shownDefault);
}

/** Declares the flags of a table on a command. */
export function addFlags<F>(command: Command, table: FlagTable<F>): Command {
  for (const flag of Object.values(table) as Flag<unknown>[]) command.addOption(makeOption(flag));
  return command;
}
