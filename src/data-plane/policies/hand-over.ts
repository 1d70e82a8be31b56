import { INTERCEPTED_LOCATION } from "../../snapshot/interceptions.ts";
import { interceptedStatus, type RequestState, rareOf } from "../request.ts";

function asksFor(statuses: readonly number[], status: number): boolean {
  for (let i = 0; i < statuses.length; i++) {
    if (statuses[i] === status) return true;
  }
  return false;
}

/** Hands a request whose answer would be an error over to the default backend, where its Route asks for that. */
export function handOver(request: RequestState, status: number): void {
  const errors = request.route?.policies?.errors;
  if (errors === undefined || interceptedStatus(request) !== 0 || !asksFor(errors.statuses, status)) return;
  rareOf(request).intercepted = status;
  // The status that NGINX has found until now does not count any more.
  ngx.status = 200;
  ngx.exec(INTERCEPTED_LOCATION);
}
