import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { type Kubeconfig, type KubeconfigFile, kubeconfigSchema, type Placed } from "./kubeconfig.ts";

/** Undefined: there is no such file. @throws Error of one sentence */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Error(
      `The kubeconfig file ${file} cannot be read (${code}): let the user that runs Limpet read it, or name another.`,
      { cause: error },
    );
  }
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new Error(`The kubeconfig file ${file} is not valid YAML: ${reason?.replace(/[.:]*$/, "")}; correct it.`);
  }
}

/** Only where something stands that is wrong is said, never what: it may be a secret. */
function parseFile(file: string, text: string): KubeconfigFile {
  const parsed = kubeconfigSchema.safeParse(parseYaml(file, text) ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".") || "the whole";
  throw new Error(`The kubeconfig file ${file} does not have the right shape at ${where}: correct it.`);
}

/** Of two entries with one name the first one counts, as kubectl has it. */
function collect<T>(
  files: readonly (readonly [folder: string, entries: readonly (readonly [name: string, value: T])[]])[],
): Map<string, Placed<T>> {
  const all = new Map<string, Placed<T>>();
  for (const [folder, entries] of files) {
    for (const [name, value] of entries) if (!all.has(name)) all.set(name, { value, folder });
  }
  return all;
}

/**
 * Reads kubeconfig files as one: what stands in the first one counts. Files that do not exist are passed over as long as
 * one does.
 *
 * @throws Error of one sentence with the remedy when none exists, or one cannot be read or understood
 */
export async function readKubeconfig(paths: readonly string[]): Promise<Kubeconfig> {
  const found: { readonly folder: string; readonly content: KubeconfigFile }[] = [];
  for (const path of paths) {
    const file = resolve(path);
    const text = await readText(file);
    if (text !== undefined) found.push({ folder: dirname(file), content: parseFile(file, text) });
  }
  const files = paths.join(", ");
  if (found.length === 0) throw new Error(`There is no kubeconfig file ${files}: name one that exists.`);
  return {
    files,
    currentContext: found.map(({ content }) => content["current-context"] ?? "").find((name) => name !== "") ?? "",
    clusters: collect(found.map((it) => [it.folder, (it.content.clusters ?? []).map((e) => [e.name, e.cluster])])),
    users: collect(found.map((it) => [it.folder, (it.content.users ?? []).map((e) => [e.name, e.user ?? {}])])),
    contexts: collect(found.map((it) => [it.folder, (it.content.contexts ?? []).map((e) => [e.name, e.context])])),
  };
}
