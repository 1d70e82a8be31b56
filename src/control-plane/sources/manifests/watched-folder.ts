import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubernetesObject } from "../../objects/model.ts";
import type { Problem } from "../../problems/problem.ts";
import type { ObjectChange, Origin, Source } from "../source.ts";
import { type ManifestsOptions, manifestsSource } from "./manifests-source.ts";

/** Far longer than anything takes, in milliseconds: a test that fails must end too. */
const PATIENCE = 10_000;

/** A ConfigMap as a document of YAML: the smallest object there is. */
export function configMap(name: string, value = "", kind = "ConfigMap"): string {
  return `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;
}

/** For tests: a temporary folder, a source that watches it, and what the source has said so far. */
export class WatchedFolder {
  readonly above = mkdtempSync(join(tmpdir(), "limpet-manifests-"));
  readonly path = join(this.above, "manifests");
  readonly batches: (readonly ObjectChange[])[] = [];
  readonly objects = new Map<string, KubernetesObject>();
  readonly origins = new Map<string, Origin | undefined>();
  problems: readonly Problem[] = [];
  readonly #source: Source;
  #look: () => void = () => {};

  constructor(options: ManifestsOptions = {}) {
    mkdirSync(this.path);
    this.#source = manifestsSource(this.path, options);
  }

  async start(): Promise<void> {
    await this.#source.start({
      changed: (changes) => this.#take(changes),
      problems: (problems) => {
        this.problems = problems;
        this.#look();
      },
    });
  }

  async stop(): Promise<void> {
    await this.#source.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.above, { recursive: true, force: true });
  }

  at(path: string): string {
    return join(this.path, path);
  }

  /** Writes in place, as `>` of a shell does. */
  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  /** Puts a complete file into its place, as `mv` does; its times are older than its arrival. */
  moveIn(path: string, text: string): void {
    const draft = join(this.above, "draft");
    writeFileSync(draft, text);
    utimesSync(draft, 1e9, 1e9);
    renameSync(draft, this.at(path));
  }

  delete(path: string): void {
    rmSync(this.at(path), { recursive: true });
  }

  /** Resolves once what the source has said is as it should be; rejects when that never comes. */
  async until(holds: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const said = () => JSON.stringify([this.batches, this.problems]);
    const deadline = setTimeout(() => reject(new Error(`The source only said ${said()}`)), PATIENCE);
    this.#look = () => {
      if (holds()) resolve();
    };
    this.#look();
    await promise.finally(() => clearTimeout(deadline));
  }

  value(name: string): string | undefined {
    const object = this.objects.get(name);
    return object?.kind === "ConfigMap" ? object.data.value : undefined;
  }

  async untilValue(name: string, value: string | undefined): Promise<void> {
    await this.until(() => this.value(name) === value);
  }

  async untilProblem(code: string): Promise<Problem> {
    const found = () => this.problems.find((problem) => problem.code === code);
    await this.until(() => found() !== undefined);
    return found() as Problem;
  }

  async untilNoProblems(): Promise<void> {
    await this.until(() => this.problems.length === 0);
  }

  /** The names of all objects that were handed over from a batch on, in order; those that were deleted with a `-`. */
  saidSince(batch: number): readonly string[] {
    return this.batches
      .slice(batch)
      .flat()
      .map((change) => (change.type === "set" ? change.object.metadata.name : `-${change.name}`));
  }

  #take(changes: readonly ObjectChange[]): void {
    this.batches.push(changes);
    for (const change of changes) {
      if (change.type === "set") this.#set(change.object, change.origin);
      else this.objects.delete(change.name);
    }
    this.#look();
  }

  #set(object: KubernetesObject, origin: Origin | undefined): void {
    this.objects.set(object.metadata.name, object);
    this.origins.set(object.metadata.name, origin);
  }
}
