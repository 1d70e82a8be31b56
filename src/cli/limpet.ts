import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2));
// Nothing is left to do; what a library still holds open must not keep the process.
setTimeout(() => process.exit(), 500).unref();
