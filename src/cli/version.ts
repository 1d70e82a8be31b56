import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { findNginx } from "../control-plane/nginx/find-nginx.ts";
import { projectFile } from "../control-plane/project/project-file.ts";
import { addFlags } from "./flag.ts";
import type { Finish } from "./main.ts";
import { OUTPUT_FLAGS, type OutputFlags } from "./output-flags.ts";
import type { Terminal } from "./terminal.ts";

interface Versions {
  readonly limpet: string;
  readonly node: string;
  /** Null when there is none that can be used. */
  readonly nginx: string | null;
  readonly nginxPath: string | null;
  /** Why not. */
  readonly missing?: string;
}

/** The version of this Limpet. */
export function limpetVersion(): string {
  const text = readFileSync(projectFile("package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

async function versions(nginx: string | undefined): Promise<Versions> {
  const own = { limpet: limpetVersion(), node: process.versions.node };
  try {
    const { version, binary } = await findNginx(nginx === undefined ? {} : { binary: nginx });
    return { ...own, nginx: version, nginxPath: binary };
  } catch (error) {
    return { ...own, nginx: null, nginxPath: null, missing: (error as Error).message };
  }
}

function asText({ limpet, node, nginx, nginxPath, missing }: Versions): string {
  const found = nginx === null ? `none: ${missing}` : `${nginx} (${nginxPath})`;
  return `limpet ${limpet}\nNode   ${node}\nNGINX  ${found}\n`;
}

export function addVersion(program: Command, terminal: Terminal, _finish: Finish): void {
  const command = program.command("version").description("say which Limpet, Node and NGINX this is");
  command.addOption(new Option("--nginx <PATH>", "the NGINX binary").env("LIMPET_NGINX"));
  addFlags(command, OUTPUT_FLAGS).action(async (flags: OutputFlags & { nginx?: string }) => {
    const found = await versions(flags.nginx);
    terminal.out(flags.output === "json" ? `${JSON.stringify(found)}\n` : asText(found));
  });
}
