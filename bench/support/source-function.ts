import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));

/** The name of the innermost function around a place, as a person would call it; undefined outside of every function. */
export function functionAround(source: ts.SourceFile, position: number): string | undefined {
  let name: string | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(source) || position >= node.getEnd()) return;
    name = nameOf(node) ?? name;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return name;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return undefined;
  return ts.isArrowFunction(node.initializer) ? node.name.getText() : undefined;
}

interface Compiled {
  readonly map: SourceMap;
  readonly source: ts.SourceFile;
  /** From `src/`. */
  readonly path: string;
}

/** Finds out which function of the TypeScript sources a line of compiled Lua belongs to. */
export class SourceFunctions {
  readonly #luaFolder: string;
  readonly #files = new Map<string, Compiled>();

  /** @param luaFolder what the data plane was compiled to, with source maps */
  constructor(luaFolder: string) {
    this.#luaFolder = luaFolder;
  }

  /**
   * `src/data-plane/serve.ts serve`; undefined for a file that is not in the folder.
   * @param line from 1
   */
  find(luaFile: string, line: number): string | undefined {
    const name = relative(this.#luaFolder, luaFile);
    if (name.startsWith("..") || name === "lualib_bundle.lua") return undefined;
    const { map, source, path } = this.#read(name);
    // The last entry of the line: a line of Lua never spans two functions.
    const entry = map.findEntry(line - 1, Number.MAX_SAFE_INTEGER);
    if (!("originalLine" in entry)) return `src/${path}`;
    const position = source.getPositionOfLineAndCharacter(entry.originalLine, entry.originalColumn);
    return `src/${path} ${functionAround(source, position) ?? "(file)"}`;
  }

  #read(name: string): Compiled {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const path = name.replace(/\.lua$/, ".ts");
    const text = readFileSync(join(SOURCES, path), "utf8");
    const compiled = {
      map: new SourceMap(JSON.parse(readFileSync(join(this.#luaFolder, `${name}.map`), "utf8"))),
      source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
      path,
    };
    this.#files.set(name, compiled);
    return compiled;
  }
}
