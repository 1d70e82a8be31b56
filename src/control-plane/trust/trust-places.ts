/** What became of a wish for a place. */
export type TrustPlace =
  | { readonly ok: true; readonly place: number }
  /** @param why half a sentence @param hint what helps */
  | { readonly ok: false; readonly why: string; readonly hint: string };

/**
 * Numbered places where NGINX finds the authorities that verify Endpoints. What stands in a place stays there: OpenSSL
 * remembers whom it has trusted, so that another's authorities in the same place would be trusted beside them.
 */
export interface TrustPlaces {
  /**
   * The place of these authorities; the same ones always have the same. When it returns, NGINX can read them there.
   *
   * @param authorities PEM, as `readEndpointAuthorities` gives it
   */
  readonly take: (authorities: string) => TrustPlace;
}

/** Places without end, where there is no NGINX: for a look at objects that are not served. */
export class ImaginedTrust implements TrustPlaces {
  readonly #places = new Map<string, number>();

  take(authorities: string): TrustPlace {
    const place = this.#places.get(authorities) ?? this.#places.size + 1;
    this.#places.set(authorities, place);
    return { ok: true, place };
  }
}
