import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { FakeClock } from "../time/fake-clock.ts";
import type { Access } from "./access.ts";
import { type FindAccessOptions, findAccess } from "./find-access.ts";

const NOBODY = { environment: {}, serviceAccountFolder: "/nowhere" };

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

describe("findAccess", () => {
  let folder: string;
  let clock: FakeClock;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
    clock = new FakeClock();
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, content: unknown): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  function config(user: unknown, cluster: unknown = { server: "https://10.0.0.1:6443/" }, more: object = {}): object {
    return {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
      ...more,
    };
  }

  async function find(options: FindAccessOptions): Promise<Access> {
    const found = await findAccess({ ...NOBODY, clock, ...options });
    assert.ok(found !== undefined);
    return found;
  }

  async function ofUser(user: unknown): Promise<Access> {
    return find({ kubeconfig: await write("config", config(user)) });
  }

  it("finds nothing where nothing is named", async () => {
    assert.equal(await findAccess(NOBODY), undefined);
  });

  it("reads YAML, and says who said so", async () => {
    const kubeconfig = await write(
      "config",
      `clusters:
- name: c
  cluster: { server: "https://[::1]:6443", tls-server-name: api.test, proxy-url: "http://proxy:3128" }
contexts:
- { name: x, context: { cluster: c, namespace: shop } }
current-context: x
`,
    );
    const found = await find({ kubeconfig });
    assert.deepEqual(
      [found.server, found.origin, found.namespace, found.serverName, found.insecure, found.proxyUrl],
      ["https://[::1]:6443", `context x of ${kubeconfig}`, "shop", "api.test", false, "http://proxy:3128"],
    );
    assert.deepEqual(await found.credentials.get(), { headers: {} });
  });

  it("knows tokens, passwords, certificates, and asking in somebody else's name", async () => {
    assert.deepEqual((await (await ofUser({ token: "t" })).credentials.get()).headers, { authorization: "Bearer t" });
    const basic = await (await ofUser({ username: "a", password: "b" })).credentials.get();
    assert.deepEqual(basic.headers, { authorization: `Basic ${base64("a:b")}` });
    const pair = { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") };
    assert.deepEqual(await (await ofUser(pair)).credentials.get(), { headers: {}, certificate: "CERT", key: "KEY" });
    const as = await (await ofUser({ token: "t", as: "jane", "as-groups": ["g", "h"] })).credentials.get();
    assert.deepEqual(as.headers, {
      authorization: "Bearer t",
      "impersonate-user": "jane",
      "impersonate-group": ["g", "h"],
    });
  });

  it("reads files from the kubeconfig's own folder, again when they have changed", async () => {
    await write("token", "one\n");
    await write("ca.crt", "CA");
    const cluster = { server: "https://a", "certificate-authority": "ca.crt" };
    const found = await find({ kubeconfig: await write("config", config({ tokenFile: "token" }, cluster)) });
    assert.equal(await found.authority(), "CA");
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer one");
    await write("token", "two");
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer one");
    await clock.advance(10_000);
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer two");
    await write("token", "three");
    found.credentials.forget();
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer three");
  });

  it("joins the files of $KUBECONFIG: the first word counts, and one that is missing is passed over", async () => {
    const first = await write("first", { "current-context": "x", users: [{ name: "u", user: { token: "first" } }] });
    const second = await write("second", config({ token: "second" }, undefined, { "current-context": "y" }));
    const KUBECONFIG = [first, join(folder, "missing"), second].join(":");
    const found = await find({ environment: { KUBECONFIG } });
    assert.equal(found.server, "https://10.0.0.1:6443");
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer first");
  });

  it("takes the file that was asked for before everything else", async () => {
    const kubeconfig = await write("asked", config({ token: "asked" }));
    const KUBECONFIG = await write("other", config({ token: "other" }));
    const found = await find({ kubeconfig, environment: { KUBECONFIG } });
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer asked");
  });

  it("takes the pod's service account, whose token is renewed", async () => {
    const account = join(folder, "account");
    await mkdir(account);
    for (const [name, text] of [
      ["token", "one"],
      ["ca.crt", "CA"],
      ["namespace", "limpet\n"],
    ] as const) {
      await write(join("account", name), text);
    }
    const environment = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    const found = await find({ environment, serviceAccountFolder: account });
    assert.deepEqual([found.server, found.namespace], ["https://[fd00::1]:443", "limpet"]);
    assert.equal(await found.authority(), "CA");
    await write(join("account", "token"), "two");
    await clock.advance(10_000);
    assert.equal((await found.credentials.get()).headers.authorization, "Bearer two");
  });

  describe("a credential plugin", () => {
    async function plugin(script: string): Promise<Access> {
      await write("plugin.mjs", `#!${process.execPath}\n${script}`);
      await chmod(join(folder, "plugin.mjs"), 0o755);
      const exec = {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "./plugin.mjs",
        args: ["arg"],
        env: [{ name: "EXTRA", value: "value" }],
        provideClusterInfo: true,
      };
      return ofUser({ exec });
    }

    const COUNTING = `
      import { appendFileSync, readFileSync } from "node:fs";
      const log = new URL("runs", import.meta.url);
      appendFileSync(log, JSON.stringify([process.argv[2], process.env.EXTRA, process.env.KUBERNETES_EXEC_INFO]) + "\\n");
      const token = "t" + readFileSync(log, "utf8").trim().split("\\n").length;
      console.log(JSON.stringify({ status: { token, expirationTimestamp: "2026-01-31T12:10:00Z" } }));`;

    it("is asked once, until what it gave expires or is refused", async () => {
      const { credentials } = await plugin(COUNTING);
      const both = await Promise.all([credentials.get(), credentials.get()]);
      assert.deepEqual(
        both.map(({ headers }) => headers.authorization),
        ["Bearer t1", "Bearer t1"],
      );
      credentials.forget();
      assert.equal((await credentials.get()).headers.authorization, "Bearer t2");
      await clock.advance(9 * 60_000);
      assert.equal((await credentials.get()).headers.authorization, "Bearer t2");
      await clock.advance(60_000);
      assert.equal((await credentials.get()).headers.authorization, "Bearer t3");
      const [run] = (await readFile(join(folder, "runs"), "utf8")).split("\n");
      const [arg, extra, info] = JSON.parse(run as string) as string[];
      assert.deepEqual([arg, extra], ["arg", "value"]);
      assert.deepEqual(JSON.parse(info as string), {
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        spec: { cluster: { server: "https://10.0.0.1:6443/" }, interactive: false },
      });
    });

    it("that fails is named, with what it said", async () => {
      const { credentials } = await plugin('console.error("not logged in"); process.exit(3);');
      await assert.rejects(credentials.get(), /plugin .*plugin\.mjs failed \(not logged in\): run it by hand/);
      const missing = await ofUser({ exec: { apiVersion: "v1", command: "limpet-no-such-plugin" } });
      await assert.rejects(missing.credentials.get(), /\(it is not installed\)/);
      const silent = await plugin("");
      await assert.rejects(silent.credentials.get(), /printed no ExecCredential/);
    });
  });

  describe("says in one sentence what is wrong with a kubeconfig", () => {
    const CASES: readonly (readonly [content: unknown, says: RegExp])[] = [
      ["a: [", /is not valid YAML: .*; correct it\.$/],
      [
        { clusters: [{ name: "c", cluster: { server: 7 } }] },
        /not have the right shape at clusters\.0\.cluster\.server: /,
      ],
      [{}, /No context is chosen in .*: choose one with kubectl/],
      [
        { "current-context": "z", contexts: [{ name: "x", context: { cluster: "c" } }] },
        /no context "z" in .*: it has x\./,
      ],
      [config({}, { server: "10.0.0.1:6443" }), /server of cluster c .* is no URL/],
      [config({}, { server: "https://a", "proxy-url": "socks5://b" }), /no HTTP proxy/],
      [config({ "auth-provider": { name: "gcp" } }), /auth-provider gcp, .*use a plugin/],
    ];
    for (const [content, says] of CASES) {
      it(String(says), async () => {
        await assert.rejects(find({ kubeconfig: await write("config", content) }), says);
      });
    }

    it("that does not exist", async () => {
      await assert.rejects(find({ kubeconfig: join(folder, "none") }), /There is no kubeconfig file .*none: name one/);
    });

    it("and shows no secret of it", async () => {
      const kubeconfig = await write("config", config({ token: ["s3cret"] }));
      await assert.rejects(find({ kubeconfig }), (error: Error) => !error.message.includes("s3cret"));
    });
  });
});
