import { pendingGroup } from "../pending.ts";

export const PENDING_PROTOCOL_ANNOTATIONS = pendingGroup("Protocols", [
  ["ssl-passthrough", "I", "R", "M", "Hands TLS connections through unopened.", "`false`"],
  ["http2-push-preload", "L", "R", "L", "Turns Link headers into pushes.", "`false`"],
  ["fastcgi-index", "L", "R", "L", "The index file of FastCGI.", "none"],
  ["fastcgi-params-configmap", "L", "X", "L", "A ConfigMap of FastCGI parameters.", "none"],
]);

export const HEADER_ANNOTATIONS = pendingGroup("Headers and cookies", [
  ["upstream-vhost", "L", "R", "M", "The Host header that endpoints see.", "the client's"],
  ["x-forwarded-prefix", "L", "R", "M", "A header added where the path is rewritten.", "none"],
  ["connection-proxy-header", "L", "R", "L", "The Connection header that endpoints see.", "none"],
  ["custom-headers", "L", "X", "L", "A ConfigMap of response headers.", "none"],
  ["proxy-cookie-domain", "L", "D", "L", "Rewrites the Domain of the application's cookies.", "`off`"],
  ["proxy-cookie-path", "L", "D", "M", "Rewrites the Path of the application's cookies.", "`off`"],
  ["proxy-redirect-from", "L", "D", "L", "What to rewrite in the application's redirects.", "`off`"],
  ["proxy-redirect-to", "L", "D", "L", "What to write there instead.", "`off`"],
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
