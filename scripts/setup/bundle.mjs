// @ts-check
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "./checkout.mjs";

/** Where `bin/limpet.js` looks for the program when there are no sources. */
const PROGRAM = join("build", "program");

/**
 * Modules of Node's that cost an import more than a require: it reads everything that they export, and node:http's WebSocket
 * brings a whole HTTP client along, a tenth of all that a start loads.
 */
const BY_REQUIRE = ["node:http"];

/**
 * The names of a module's exports that can be read without anything else being loaded.
 *
 * @param {object} exported
 */
function plainNames(exported) {
  const all = Object.entries(Object.getOwnPropertyDescriptors(exported));
  return all.filter(([, property]) => "value" in property).map(([name]) => name);
}

/** @type {import("esbuild").Plugin} */
const byRequire = {
  name: "by-require",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "import-statement" && BY_REQUIRE.includes(path) ? { path, namespace: "by-require" } : undefined,
    );
    onLoad({ filter: /^/, namespace: "by-require" }, ({ path }) => {
      const names = plainNames(process.getBuiltinModule(path) ?? {});
      const lines = names.map((name) => `const own_${name} = builtin.${name};\nexport { own_${name} as ${name} };`);
      const builtin = `const builtin = process.getBuiltinModule(${JSON.stringify(path)});\nexport default builtin;`;
      return { contents: [builtin, ...lines].join("\n") };
    });
  },
};

/** Packages in CommonJS ask for Node's modules by this. */
const REQUIRE =
  'import { createRequire as createRequireOfBundle } from "node:module";\n' +
  "const require = createRequireOfBundle(import.meta.url);";

/**
 * Makes one file of the program and its packages, and one more of each part that is loaded only when it is needed. Names stay;
 * beside each file lie its source map and the licences that its packages want to be read with it.
 *
 * @param {string} folder below which they go, to where `bin/limpet.js` looks for them
 */
export async function bundleProgram(folder) {
  // Not at the top: the set-up runs before packages are installed.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join("src", "cli", "limpet.ts")],
    // Source maps name sources from here; in the image, where no sources are, that reads as in a checkout.
    outdir: join(ROOT, PROGRAM),
    write: false,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "linked",
    banner: { js: REQUIRE },
    plugins: [byRequire],
    logLevel: "warning",
  });
  const out = join(folder, PROGRAM);
  mkdirSync(out, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(out, basename(path)), contents);
}
