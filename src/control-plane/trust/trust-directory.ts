import { chmodSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../certificates/self-signed.ts";
import { readOrEmpty } from "../state/read-or-empty.ts";
import type { TrustPlace, TrustPlaces } from "./trust-places.ts";

/** Certificates are for everybody's eyes, and the workers' account has to read them. */
const READABLE = 0o644;

/** NGINX reads it when it starts, and looks at nothing but its form. */
const NOBODY_DAYS = 3650;

/** The file of a place in the trust directory. */
export function trustFile(place: number): string {
  return `${place}.pem`;
}

/** The file of an authority that nobody is, which NGINX asks for where it verifies. */
export const NOBODY_FILE = "nobody.pem";

/** In one step, whatever the umask is. */
function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  // What stands in it must be there as long as a Snapshot on disk that counts on it.
  writeFileSync(draft, text, { encoding: "latin1", flush: text !== "" });
  chmodSync(draft, READABLE);
  renameSync(draft, path);
}

/** Its key is thrown away, so that it can have signed nobody. */
function makeNobody(path: string): void {
  const { certificate } = makeCertificate({ commonName: "Nobody", names: [], days: NOBODY_DAYS, authority: true });
  replaceFile(path, certificate);
}

/**
 * Makes the files that are missing: NGINX needs them all when it starts. What stands in them counts from the first endpoint on
 * that is verified, which comes after the first push.
 *
 * @param folder the trust directory
 * @param count how many places NGINX knows
 * @throws Error when they cannot be written
 */
export function makeTrustFiles(folder: string, count: number): void {
  const nobody = join(folder, NOBODY_FILE);
  if (count > 0 && readOrEmpty(nobody) === "") makeNobody(nobody);
  for (let place = 1; place <= count; place++) {
    const path = join(folder, trustFile(place));
    if (!existsSync(path)) replaceFile(path, "");
  }
}

export interface TrustDirectoryOptions {
  readonly folder: string;
  /** How many places NGINX knows. */
  readonly count: number;
  /** Places that the stored Snapshot names: `storedPlaces`. */
  readonly stored: ReadonlySet<number>;
  /** Whether an NGINX of an earlier run may have read them: then nothing is given away that was taken. */
  readonly nginxRuns: boolean;
}

/**
 * The places of authorities that NGINX reads: a file for each, empty while it is free. What stands in a file outlives the
 * controller, as NGINX may.
 */
export class TrustDirectory implements TrustPlaces {
  readonly #options: TrustDirectoryOptions;
  readonly #taken = new Map<string, number>();
  readonly #free: number[] = [];

  /**
   * Makes the files that are missing, too.
   *
   * @throws Error when they cannot be written
   */
  constructor(options: TrustDirectoryOptions) {
    this.#options = options;
    makeTrustFiles(options.folder, options.count);
    for (let place = 1; place <= options.count; place++) this.#find(place);
  }

  take(authorities: string): TrustPlace {
    const place = this.#taken.get(authorities) ?? this.#free[0];
    if (place === undefined) return this.#noneLeft();
    const failure = this.#taken.has(authorities) ? undefined : this.#put(place, authorities);
    return failure ?? { ok: true, place };
  }

  #path(file: string): string {
    return join(this.#options.folder, file);
  }

  #find(place: number): void {
    const { stored, nginxRuns } = this.#options;
    const path = this.#path(trustFile(place));
    const authorities = readOrEmpty(path);
    if (authorities !== "" && (nginxRuns || stored.has(place))) {
      this.#taken.set(authorities, place);
      return;
    }
    if (authorities !== "") replaceFile(path, "");
    // Routes of the stored Snapshot whose authorities were lost must not get others'.
    if (!stored.has(place)) this.#free.push(place);
  }

  #put(place: number, authorities: string): TrustPlace | undefined {
    try {
      replaceFile(this.#path(trustFile(place)), authorities);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = `these authorities cannot be written to the state directory (${code})`;
      return { ok: false, why, hint: "Make room in the state directory, and start Limpet anew." };
    }
    this.#free.shift();
    this.#taken.set(authorities, place);
    return undefined;
  }

  #noneLeft(): TrustPlace {
    const { count } = this.#options;
    const why = count === 0 ? "NGINX was started without any place for authorities" : `all ${count} places are taken`;
    const hint =
      "Start Limpet anew with a larger --upstream-authorities; places that nobody uses any more are free then.";
    return { ok: false, why, hint };
  }
}
