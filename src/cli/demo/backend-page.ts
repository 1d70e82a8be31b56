const COLOURS: Readonly<Record<string, string>> = { coral: "#e2725b", amber: "#d99a00", jade: "#00a86b" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What a demo backend shows a browser. @param cookie the request's Cookie header; empty when there is none */
export function backendPage(name: string, answered: number, cookie: string): string {
  const shown = cookie === "" ? "none yet: this response brings one" : escapeHtml(cookie);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name} - Limpet demo</title>
<link rel="icon" href="data:,">
<style>
body{font:18px/1.6 system-ui,sans-serif;margin:0;background:#f7f7f5;color:#222}
main{max-width:38rem;margin:12vh auto;padding:2rem;background:#fff;border-top:.5rem solid ${COLOURS[name] ?? "#555"}}
h1{margin:0 0 1rem}code{word-break:break-all}dt{color:#595959}dd{margin:0 0 .8rem}
</style></head>
<body><main>
<h1>Answered by ${name}</h1>
<dl>
<dt>Requests that ${name} has answered</dt><dd>${answered}</dd>
<dt>Cookie that your browser sent</dt><dd><code>${shown}</code></dd>
</dl>
<p>Reload: it stays ${name}, for as long as the cookie lives. A private window may get another backend.</p>
</main></body></html>
`;
}
