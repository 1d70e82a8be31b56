let listening = false;

/** Without a listener a signal ends the process at once; with this one, what is left to do is done first. */
function endBySignals(): void {
  if (listening) return;
  listening = true;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
}

/**
 * Does something when this process ends, also when it is interrupted in the middle of a test.
 *
 * @param action takes no time: nothing is awaited any more
 * @returns what takes it back
 */
export function atEnd(action: () => void): () => void {
  endBySignals();
  process.once("exit", action);
  return () => process.off("exit", action);
}
