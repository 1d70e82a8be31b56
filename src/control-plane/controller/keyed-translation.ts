import { EventEmitter } from "node:events";
import type { Expiring } from "../certificates/expiry.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { Ingress, Service } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import type { EntryChanges } from "../publish/push.ts";
import { type GlobalSettings, NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import type { NamedObject, ObjectChange } from "../sources/source.ts";
import type { Keys } from "../translate/seal.ts";
import type { TranslateOptions } from "../translate/translate-options.ts";
import { type BackendView, type RouteView, Translator } from "../translate/translator.ts";
import type { Translation } from "./controller.ts";

const NONE: ReadonlySet<string> = new Set();
const NOTHING: readonly NamedObject[] = [];

export interface KeyedTranslationEvents {
  /** Other keys were taken: these entries differ for it. */
  rekeyed: [EntryChanges];
}

/** A translation whose keys come later than it does, and may be replaced. Nothing can be translated before they have come. */
export class KeyedTranslation extends EventEmitter<KeyedTranslationEvents> implements Translation {
  readonly #options: Omit<TranslateOptions, "keys">;
  #translator: Translator | undefined;

  constructor(options: Omit<TranslateOptions, "keys">) {
    super();
    this.#options = options;
  }

  useKeys(keys: Keys): void {
    if (this.#translator === undefined) this.#translator = new Translator({ ...this.#options, keys });
    else this.emit("rekeyed", this.#translator.rekey(keys).changed);
  }

  apply(changes: readonly (ObjectChange | NameChange)[]): {
    readonly changed: EntryChanges;
    readonly ingresses: readonly string[];
  } {
    if (this.#translator === undefined) throw new Error("There are no keys yet.");
    return this.#translator.apply(changes);
  }

  wakeAt(): number | undefined {
    return this.#translator?.wakeAt();
  }

  names(): ReadonlySet<string> {
    return this.#translator?.names() ?? NONE;
  }

  wanted(): readonly NamedObject[] {
    return this.#translator?.wanted() ?? NOTHING;
  }

  noteTime(now: number): number {
    return this.#translator?.noteTime(now) ?? Number.POSITIVE_INFINITY;
  }

  certificates(): Iterable<Expiring> {
    return this.#translator?.certificates() ?? [];
  }

  problems(): readonly Problem[] {
    return this.#translator?.problems() ?? [];
  }

  backends(): readonly BackendView[] {
    return this.#translator?.backends() ?? [];
  }

  routes(): readonly RouteView[] {
    return this.#translator?.routes() ?? [];
  }

  /** An Ingress that is ours, by `namespace/name`. */
  ours(name: string): Ingress | undefined {
    return this.#translator?.ours(name);
  }

  /** A Service by `namespace/name`. */
  service(name: string): Service | undefined {
    return this.#translator?.service(name);
  }

  /** What holds for all Ingresses, as it is now. */
  global(): GlobalSettings {
    return this.#translator?.global() ?? NO_GLOBAL_SETTINGS;
  }

  isOurs(ingress: Ingress): boolean {
    return this.#translator?.select(ingress).ours === true;
  }
}
