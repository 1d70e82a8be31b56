import assert from "node:assert/strict";
import { it } from "node:test";
import { startBackend } from "./start-backend.ts";

it("a demo backend says its name as text or as a page, counts, and escapes what the browser sent", async () => {
  const backend = await startBackend("coral");
  const url = `http://127.0.0.1:${backend.port}/`;
  try {
    assert.equal(await (await fetch(url)).text(), "Answered by coral (request 1 there).\n");
    const head = await fetch(url, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.equal(head.headers.get("content-length"), "37");
    const page = await (await fetch(url, { headers: { accept: "text/html", cookie: "a=<script>" } })).text();
    assert.match(page, /Answered by coral/);
    assert.match(page, /a=&#60;script&#62;/);
    assert.match(page, /<dd>3<\/dd>/);
  } finally {
    await backend.stop();
  }
});
