import type { Command, Option } from "commander";
import { makeProgram } from "./main.ts";

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function defaultOf(option: Option): string {
  const shown = option.defaultValueDescription ?? option.defaultValue;
  return shown === undefined ? "–" : cell(String(shown));
}

function optionRow(option: Option): string {
  const variable = option.envVar === undefined ? "–" : `\`${option.envVar}\``;
  return `| \`${cell(option.flags)}\` | ${defaultOf(option)} | ${variable} | ${cell(option.description)} |`;
}

function commandSection(command: Command): string {
  const places = command.registeredArguments.map((place) => {
    const name = place.variadic ? `${place.name()}…` : place.name();
    return place.required ? ` ${name}` : ` [${name}]`;
  });
  const head = `## limpet ${command.name()}\n\n\`limpet ${command.name()}${places.join("")} [flags]\`: ${command.description()}.\n`;
  if (command.options.length === 0) return head;
  return `${head}
| flag | default | environment | meaning |
| --- | --- | --- | --- |
${command.options.map(optionRow).join("\n")}
`;
}

/** The reference of the command line, as Markdown, from the tables that the parser itself reads. */
export function cliReference(): string {
  const program = makeProgram({ out: () => {}, err: () => {} }, () => {});
  return `# Command line

<!-- Generated from the flag tables in src/cli: npm run reference -->

\`limpet COMMAND [flags]\`; in a checkout \`npx limpet\`. A flag wins over its environment variable. Exit status: 0 good,
1 Problems found (\`check\`) or the run failed, 2 wrong usage. \`--help\` works everywhere.

${program.commands.map(commandSection).join("\n")}`;
}
