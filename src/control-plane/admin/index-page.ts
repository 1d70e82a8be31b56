const ENTRIES: readonly (readonly [path: string, what: string])[] = [
  ["/healthz?verbose", "whether controller and NGINX are alive"],
  ["/readyz?verbose", "whether every worker serves the newest accepted Snapshot"],
  ["/api/v1/snapshot", "every Route and Backend that is served"],
  ["/api/v1/problems", "every Problem"],
  ["/api/v1/explain?url=http://localhost/", "the decision for a request, step by step"],
];

/** A plain page that lists what the admin port has. */
export function indexPage(): string {
  const items = ENTRIES.map(([path, what]) => `<li><a href="${path}"><code>${path}</code></a><br>${what}</li>`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Limpet</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}li{margin:.5rem 0}</style>
</head>
<body><h1>Limpet</h1><ul>${items.join("")}</ul></body>
</html>
`;
}
