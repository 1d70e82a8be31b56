import { isAbsolute, join } from "node:path";
import { Origins } from "../control-plane/controller/origins.ts";
import type { Ingress } from "../control-plane/objects/model.ts";
import type { Problem } from "../control-plane/problems/problem.ts";
import type { ObjectChange, Source } from "../control-plane/sources/source.ts";
import type { TranslateOptions } from "../control-plane/translate/translate-options.ts";
import { Translator } from "../control-plane/translate/translator.ts";
import type { TranslateFlags } from "./run-flags.ts";
import { CommandFailure } from "./terminal.ts";
import { openManifests, translateOptions } from "./translate-options.ts";

/** A source, and the folder that its files are named from. */
export interface NamedSource {
  readonly source: Source;
  readonly directory: string;
}

/** What sources come to, read once. */
export interface ReadObjects {
  readonly translator: Translator;
  readonly problems: readonly Problem[];
  /** Every Ingress that was read. */
  readonly ingresses: readonly Ingress[];
}

/** Files are named from where the command runs, so that an editor finds them. */
function under(directory: string, file: string): string {
  return isAbsolute(file) ? file : join(directory, file);
}

function placed(directory: string, change: ObjectChange): ObjectChange {
  if (change.type !== "set" || change.origin === undefined) return change;
  return { ...change, origin: { ...change.origin, file: under(directory, change.origin.file) } };
}

function placedProblem(directory: string, problem: Problem): Problem {
  return problem.file === undefined ? problem : { ...problem, file: under(directory, problem.file) };
}

/** Reads a source, and then what its objects name, where it gives such objects only when they are asked for. */
async function readOnce(
  { source, directory }: NamedSource,
  translator: Translator,
  changes: ObjectChange[],
  problems: Problem[],
): Promise<void> {
  let latest: readonly Problem[] = [];
  try {
    await source.start({
      changed: (batch) => {
        const read = batch.map((change) => placed(directory, change));
        translator.apply(read);
        changes.push(...read);
      },
      problems: (all) => {
        latest = all;
      },
    });
    await source.want?.(translator.wanted());
  } catch (error) {
    throw new CommandFailure(1, (error as Error).message);
  } finally {
    await source.stop();
  }
  problems.push(...latest.map((problem) => placedProblem(directory, problem)));
}

/**
 * Reads sources once and translates what they say together. No name is looked up: what is known of names is nothing, and no
 * Problem.
 *
 * @throws CommandFailure when one of them cannot be read at all
 */
export async function readSources(sources: readonly NamedSource[], options: TranslateOptions): Promise<ReadObjects> {
  const changes: ObjectChange[] = [];
  const problems: Problem[] = [];
  const translator = new Translator(options);
  for (const source of sources) await readOnce(source, translator, changes, problems);
  translator.noteTime(Date.now());
  const origins = new Origins();
  origins.note(changes);
  problems.push(...translator.problems().map((problem) => origins.locate(problem)));
  const objects = changes.flatMap((change) => (change.type === "set" ? [change.object] : []));
  return { translator, problems, ingresses: objects.filter((object) => object.kind === "Ingress") };
}

/** As `readSources`, of folders of manifests. */
export function readManifests(
  directories: readonly string[],
  flags: TranslateFlags,
  keys: TranslateOptions["keys"],
): Promise<ReadObjects> {
  const sources = directories.map((directory) => ({ source: openManifests(directory, flags), directory }));
  return readSources(sources, { ...translateOptions(flags, true), keys });
}
