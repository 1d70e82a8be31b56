import { pendingGroup } from "../pending.ts";

export const PROTOCOL_ANNOTATIONS = pendingGroup("Protocols", [
  [
    "backend-protocol",
    "L",
    "D",
    "H",
    "What endpoints speak: `HTTP`, `HTTPS`, `GRPC`, `GRPCS`, `FCGI`.",
    "`HTTP`",
    ["HTTP", "http"],
  ],
  ["ssl-passthrough", "I", "R", "M", "Hands TLS connections through unopened.", "`false`"],
  ["proxy-http-version", "L", "D", "L", "The HTTP version towards endpoints.", "`1.1`"],
  ["http2-push-preload", "L", "R", "L", "Turns Link headers into pushes.", "`false`"],
  ["fastcgi-index", "L", "R", "L", "The index file of FastCGI.", "none"],
  ["fastcgi-params-configmap", "L", "X", "L", "A ConfigMap of FastCGI parameters.", "none"],
]);

export const HEADER_ANNOTATIONS = pendingGroup("Headers and cookies", [
  ["connection-proxy-header", "L", "R", "L", "The Connection header that endpoints see.", "none"],
  ["custom-headers", "L", "X", "L", "A ConfigMap of response headers.", "none"],
  ["proxy-cookie-domain", "L", "D", "L", "Rewrites the Domain of the application's cookies.", "`off`"],
  ["proxy-cookie-path", "L", "D", "M", "Rewrites the Path of the application's cookies.", "`off`"],
  ["proxy-redirect-from", "L", "D", "L", "What to rewrite in the application's redirects.", "`off`"],
  ["proxy-redirect-to", "L", "D", "L", "What to write there instead.", "`off`"],
]);

export const BUFFER_ANNOTATIONS = pendingGroup("Sizes and buffers", [
  ["proxy-body-size", "L", "D", "H", "The largest request body.", "`1m`"],
  ["client-body-buffer-size", "L", "R", "M", "The buffer for a request body.", "`8k`"],
  ["proxy-request-buffering", "L", "D", "M", "Whether a request is read whole before it is sent on.", "`on`"],
  ["proxy-buffering", "L", "D", "M", "Whether responses are buffered.", "`off`"],
  ["proxy-buffer-size", "L", "D", "H", "The buffer for response headers.", "`4k`"],
  ["proxy-buffers-number", "L", "D", "M", "Buffers for a response.", "`4`"],
  ["proxy-busy-buffers-size", "L", "D", "L", "Buffers that may be busy at once.", "none"],
  ["proxy-max-temp-file-size", "L", "D", "L", "The largest temporary file of a response.", "`1024m`"],
]);

export const CORS_ANNOTATIONS = pendingGroup("CORS", [
  ["enable-cors", "I", "D", "H", "Answers CORS requests.", "`false`"],
  ["cors-allow-origin", "I", "D", "H", "Origins that may ask.", "`*`"],
  ["cors-allow-methods", "I", "D", "M", "Methods that they may use.", "the usual ones"],
  ["cors-allow-headers", "I", "D", "H", "Headers that they may send.", "the usual ones"],
  ["cors-expose-headers", "I", "D", "M", "Headers that they may read.", "none"],
  ["cors-allow-credentials", "I", "D", "M", "Whether they may send credentials.", "`true`"],
  ["cors-max-age", "I", "D", "L", "Seconds that the answer holds.", "`1728000`"],
]);
