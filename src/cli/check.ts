import type { Command } from "commander";
import { temporaryKeys } from "../control-plane/controller/keys.ts";
import type { Problem } from "../control-plane/problems/problem.ts";
import { kubernetesSource } from "../control-plane/sources/kubernetes/kubernetes-source.ts";
import { addFlags } from "./flag.ts";
import type { Finish } from "./main.ts";
import { openCluster } from "./open-cluster.ts";
import { OUTPUT_FLAGS, type OutputFlags } from "./output-flags.ts";
import { type ReadObjects, readManifests, readSources } from "./read-sources.ts";
import { KUBECONFIG_FLAGS, type KubeconfigFlags, TRANSLATE_FLAGS, type TranslateFlags } from "./run-flags.ts";
import { CommandFailure, type Terminal } from "./terminal.ts";
import { translateOptions } from "./translate-options.ts";

type CheckFlags = KubeconfigFlags & TranslateFlags & OutputFlags;

/** What `limpet check --output json` prints. */
interface CheckReport {
  readonly problems: readonly Problem[];
  readonly routes: number;
  readonly backends: number;
  /** Ingresses that belong to somebody else, and why. */
  readonly notOurs: readonly { readonly ingress: string; readonly why: string }[];
}

function reportOn({ translator, problems, ingresses }: ReadObjects): CheckReport {
  const notOurs = ingresses.flatMap((ingress) => {
    const selection = translator.select(ingress);
    const { namespace, name } = ingress.metadata;
    return selection.ours ? [] : [{ ingress: `${namespace}/${name}`, why: selection.why }];
  });
  return { problems, routes: translator.routes().length, backends: translator.backends().length, notOurs };
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

function problemText(problem: Problem): string {
  const { file, line, column, severity, object, field, value, message, hint, code } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const head = [place, `${severity}`, object].filter((part) => part !== "").join(": ");
  const said = value === "" ? "" : ` = ${JSON.stringify(value)}`;
  const where = field === "" ? "" : `\n    ${field}${said}`;
  const remedy = hint === "" ? "" : `\n    ${hint}`;
  return `${head}: ${message} [${code}]${where}${remedy}\n`;
}

function asText({ problems, routes, backends, notOurs }: CheckReport): string {
  const lines = problems.map(problemText);
  for (const { ingress, why } of notOurs) lines.push(`Ingress ${ingress} is not ours: ${why}\n`);
  lines.push(`${count(problems.length, "Problem")}, ${count(routes, "Route")}, ${count(backends, "Backend")}.\n`);
  return lines.join("");
}

async function readCluster(flags: CheckFlags): Promise<ReadObjects> {
  const { client } = await openCluster(flags);
  const { watchNamespace } = flags;
  const options = { client, patient: false };
  const source = kubernetesSource(watchNamespace === undefined ? options : { ...options, namespace: watchNamespace });
  try {
    return await readSources([{ source, directory: "" }], { ...translateOptions(flags, false), keys: temporaryKeys() });
  } finally {
    client.close();
  }
}

/** Folders where some are named, else the cluster. */
async function read(directories: readonly string[], flags: CheckFlags): Promise<ReadObjects> {
  if (directories.length === 0) return readCluster(flags);
  if (flags.kubeconfig === undefined) return readManifests(directories, flags, temporaryKeys());
  throw new CommandFailure(
    2,
    "Name either folders of manifests or --kubeconfig FILE: one of them is checked at a time.",
  );
}

export function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program.command("check").description("read manifests, or a cluster, and report every Problem there");
  command.argument("[DIR...]", "folders of YAML and JSON manifests; the cluster when none is named");
  addFlags<CheckFlags>(command, { ...KUBECONFIG_FLAGS, ...OUTPUT_FLAGS, ...TRANSLATE_FLAGS });
  command.action(async (directories: string[], flags: CheckFlags) => {
    const report = reportOn(await read(directories, flags));
    terminal.out(flags.output === "json" ? `${JSON.stringify(report)}\n` : asText(report));
    finish(report.problems.length === 0 ? 0 : 1);
  });
}
