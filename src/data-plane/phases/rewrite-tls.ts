import { currentHsts, refresh } from "../store.ts";
import { rewrite } from "./rewrite.ts";

/** As `rewrite`, for requests over TLS. */
export function rewriteTls(): void {
  refresh();
  ngx.var["limpet_hsts"] = currentHsts();
  rewrite();
}
