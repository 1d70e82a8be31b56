import { findNginx } from "../../src/control-plane/nginx/find-nginx.ts";

// Tells the set-up, which runs on an older Node, what the controller would say: nothing, or what is missing.
try {
  await findNginx();
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
