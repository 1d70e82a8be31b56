import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { NginxOptions } from "../../src/control-plane/nginx/options.ts";
import { renderConfig } from "../../src/control-plane/nginx/render-config.ts";
import { DEFAULT_STATIC_SETTINGS } from "../../src/control-plane/nginx/static-settings.ts";
import { parseObject } from "../../src/control-plane/objects/parse-object.ts";
import { TRANSLATE_DEFAULTS } from "../../src/control-plane/translate/translate-options.ts";
import { Translator } from "../../src/control-plane/translate/translator.ts";
import { TEST_KEY } from "../support/data-plane.ts";

const OPTIONS: NginxOptions = {
  httpPort: 8080,
  httpsPort: 0,
  certificateFile: "/state/run/certificate.pem",
  bindAddresses: ["0.0.0.0", "[::]"],
  workers: 2,
  openFiles: 4096,
  modulePaths: ["/usr/lib/nginx/modules/ndk_http_module.so"],
  pidFile: "/state/run/nginx.pid",
  temporaryDirectory: "/state/tmp",
  controlSocket: "/state/run/control.sock",
  trustDirectory: "../trust",
  nobodyFile: "/state/trust/nobody.pem",
  luaPath: "/limpet/build/lua",
  accessLog: "stdout",
  accessLogFormat: "json",
  shutdownGracePeriodSeconds: 30,
  sharedMemoryMegabytes: 256,
  settings: DEFAULT_STATIC_SETTINGS,
};

const MANIFESTS = 10_000;

/** What a hostile or careless user writes: directives, quotes, ends of blocks, line feeds, Lua. */
const hostile = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'x"; } server { listen 9; } #',
    "/;\nload_module /tmp/x.so;",
    "]] os.execute('id') --[[",
    "$(id)`id`",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a user might write
    "%s${host}\\",
    "a.test",
    "/ok",
  ),
);

const manifest = fc.record({
  host: hostile,
  path: hostile,
  service: hostile,
  name: fc.oneof(hostile, fc.constantFrom("one", "two", "three")),
  annotations: fc.dictionary(
    fc.constantFrom(
      "affinity",
      "session-cookie-name",
      "session-cookie-path",
      "configuration-snippet",
      "rewrite-target",
      "upstream-hash-by",
      "mirror-target",
      "mirror-host",
      "proxy-cookie-path",
      "backend-protocol",
      "proxy-body-size",
      "proxy-next-upstream",
      "proxy-ssl-name",
      "proxy-ssl-verify",
      "proxy-ssl-secret",
    ),
    fc.oneof(hostile, fc.constant("cookie")),
  ),
});

type Generated = typeof manifest extends fc.Arbitrary<infer T> ? T : never;

function toIngress(it: Generated): unknown {
  const annotations = Object.entries(it.annotations).map(([key, value]) => [
    `nginx.ingress.kubernetes.io/${key}`,
    value,
  ]);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: it.name, annotations: Object.fromEntries(annotations) },
    spec: {
      ingressClassName: "nginx",
      rules: [
        {
          host: it.host,
          http: { paths: [{ path: it.path, backend: { service: { name: it.service, port: { number: 80 } } } }] },
        },
      ],
    },
  };
}

describe("nginx.conf", () => {
  it("is the same whatever the objects say", () => {
    const before = renderConfig(OPTIONS);
    const translator = new Translator({ ...TRANSLATE_DEFAULTS, keys: { current: TEST_KEY } });
    let translated = 0;
    fc.assert(
      fc.property(manifest, (generated) => {
        const parsed = parseObject(toIngress(generated));
        if (parsed.ok) {
          translator.apply([{ type: "set", object: parsed.object }]);
          translated++;
        }
        assert.equal(renderConfig(OPTIONS), before);
      }),
      { numRuns: MANIFESTS, seed: 25 },
    );
    assert.ok(translated > MANIFESTS / 20, `only ${translated} of the generated manifests were objects at all`);
  });

  it("has a server for TLS where there is a port for it", () => {
    const config = renderConfig({ ...OPTIONS, httpsPort: 8443 });
    assert.match(config, /listen 0\.0\.0\.0:8443 ssl http2 default_server;/);
    assert.match(config, /ssl_certificate_key "\/state\/run\/certificate\.pem";/);
    assert.doesNotMatch(renderConfig(OPTIONS), /listen .* ssl/);
  });

  it("differs when a flag does", () => {
    assert.notEqual(renderConfig({ ...OPTIONS, httpPort: 8081 }), renderConfig(OPTIONS));
    assert.notEqual(renderConfig({ ...OPTIONS, fingerprint: "aa" }), renderConfig({ ...OPTIONS, fingerprint: "bb" }));
  });

  it("holds none of the directives that turn data into configuration", () => {
    const directives = renderConfig({ ...OPTIONS, httpsPort: 8443 })
      .split("\n")
      .map((line) => line.trim().split(/[\s;{]/)[0] ?? "");
    for (const forbidden of ["rewrite", "if", "set", "alias", "ssi", "include"])
      assert.ok(!directives.includes(forbidden), forbidden);
    assert.doesNotMatch(renderConfig(OPTIONS), /^\s*~/m, "a map with a regular expression");
  });
});
