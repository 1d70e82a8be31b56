import { setTimeout as delay } from "node:timers/promises";

const PATIENCE_MS = 15_000;
const PAUSE_MS = 20;

/**
 * Asks until a page answers well.
 *
 * @throws Error with what came last when nothing did in time
 */
export async function waitForAnswer(url: string, patienceMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patienceMs;
  let last = "nothing";
  while (performance.now() < end) {
    try {
      const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(2000) });
      if (response.ok) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = (error as Error).message;
    }
    await delay(PAUSE_MS);
  }
  throw new Error(`${url} does not answer (${last}).`);
}
