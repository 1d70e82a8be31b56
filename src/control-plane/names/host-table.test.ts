import assert from "node:assert/strict";
import { it } from "node:test";
import { parseHostTable } from "./host-table.ts";

it("a hosts file names addresses of both families, and what is none is passed over", () => {
  const table = parseHostTable(
    [
      "# Kubernetes-managed hosts file.",
      "127.0.0.1\tlocalhost",
      "192.0.2.1  API.example.org api # the old one",
      "192.0.2.2 api",
      "2001:DB8::1 api",
      "fe80::1%eth0 api",
      "nonsense api",
      "192.0.2.3",
      "",
    ].join("\n"),
  );
  assert.deepEqual(
    [...table],
    [
      ["localhost", ["127.0.0.1"]],
      ["api.example.org", ["192.0.2.1"]],
      ["api", ["192.0.2.1", "192.0.2.2", "2001:db8::1"]],
    ],
  );
});
