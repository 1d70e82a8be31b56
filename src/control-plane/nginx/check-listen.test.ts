import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { checkListen, listens } from "./check-listen.ts";

test("every address is combined with every port that is switched on", () => {
  assert.deepEqual(listens(["0.0.0.0", "[::]"], [8080, 0]), [
    { address: "0.0.0.0", port: 8080 },
    { address: "[::]", port: 8080 },
  ]);
});

test("a port that is taken is refused on its own address and passes on another", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await assert.rejects(checkListen([{ address: "127.0.0.1", port }]), /^Error: Port \d+ on 127\.0\.0\.1 is taken/);
  await checkListen([{ address: "127.0.0.2", port }]);
  holder.close();
  await once(holder, "close");
  await checkListen([{ address: "127.0.0.1", port }]);
});

const hasIpv6 = networkInterfaces().lo?.some(({ family }) => family === "IPv6");

test("IPv4 and IPv6 share a port without conflict", { skip: !hasIpv6 && "no IPv6 here" }, async () => {
  const holder = createServer().listen(0, "0.0.0.0");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await checkListen([{ address: "[::1]", port }]);
  holder.close();
});

test("an address that the machine does not have is named", async () => {
  // TEST-NET-1 (RFC 5737) belongs to no machine.
  await assert.rejects(checkListen([{ address: "192.0.2.1", port: 0 }]), /no address 192\.0\.2\.1/);
});

const firstOpenPort = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
const isPrivileged = firstOpenPort > 1 && process.getuid?.() === 0;

test("a port that this process may not listen on is NGINX's to answer for", {
  skip: !isPrivileged && "needs root, to be somebody else for a moment",
}, async () => {
  process.seteuid?.(65534);
  try {
    const probe = createServer().listen(1, "127.0.0.1");
    await assert.rejects(once(probe, "listening"), { code: "EACCES" });
    await checkListen([{ address: "127.0.0.1", port: 1 }]);
  } finally {
    process.seteuid?.(0);
  }
});
