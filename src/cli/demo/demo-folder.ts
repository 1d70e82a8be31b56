import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFile } from "../../control-plane/project/project-file.ts";

/** The temporary folder of a demo. */
export interface DemoFolder {
  readonly manifests: string;
  readonly state: string;
  readonly remove: () => Promise<void>;
}

const EXAMPLES = projectFile("examples/demo");
/** The port of the first backend in the examples; the others follow it. */
const FIRST_PORT = 8081;

/** Puts the backends' ports in the place of those that the example names. */
function withPorts(text: string, ports: readonly number[]): string {
  return text.replace(/- port: (80[89]\d)$/gm, (whole, port: string) => {
    const actual = ports[Number(port) - FIRST_PORT];
    return actual === undefined ? whole : `- port: ${actual}`;
  });
}

/** Copies the demo's manifests into a temporary folder, with the ports of its backends filled in. */
export async function makeDemoFolder(ports: readonly number[]): Promise<DemoFolder> {
  const root = await mkdtemp(join(tmpdir(), "limpet-demo-"));
  const manifests = join(root, "manifests");
  // NGINX's workers may run under another account, and pass through to their temporary files.
  await chmod(root, 0o711);
  await mkdir(manifests);
  for (const name of await readdir(EXAMPLES)) {
    const text = await readFile(join(EXAMPLES, name), "utf8");
    await writeFile(join(manifests, name), withPorts(text, ports));
  }
  return { manifests, state: join(root, "state"), remove: () => rm(root, { recursive: true, force: true }) };
}
