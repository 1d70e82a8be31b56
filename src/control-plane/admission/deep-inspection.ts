import type { Ingress } from "../objects/model.ts";
import type { Found } from "../problems/admission-problems.ts";

/** What no host, path or Secret is called, and what attempts on ingress-nginx looked like (its flag --deep-inspect). */
const SUSPICIOUS: readonly RegExp[] = [
  /\balias\s.*;/s,
  /\broot\s.*;/s,
  /\/etc\/(?:passwd|shadow|group|nginx|ingress-controller)/,
  /\/var\/run\/secrets/,
  /_by_lua/,
];

type Text = Omit<Found, "object">;

function ruleTexts({ rules }: Ingress): readonly Text[] {
  return rules.flatMap((rule, i) => {
    const at = `spec.rules[${rule.position ?? i}]`;
    const paths = (rule.paths ?? []).map(({ path, position }, j) => ({
      field: `${at}.http.paths[${position ?? j}].path`,
      value: path,
    }));
    return [{ field: `${at}.host`, value: rule.host }, ...paths];
  });
}

function tlsTexts({ tls }: Ingress): readonly Text[] {
  return tls.flatMap(({ hosts, secretName }, i) => [
    ...hosts.map((host, j) => ({ field: `spec.tls[${i}].hosts[${j}]`, value: host })),
    { field: `spec.tls[${i}].secretName`, value: secretName },
  ]);
}

/** The hosts, paths and Secret names that look like configuration or like files of the controller. */
export function suspiciousTexts(ingress: Ingress): readonly Text[] {
  const texts = [...ruleTexts(ingress), ...tlsTexts(ingress)];
  return texts.filter(({ value }) => SUSPICIOUS.some((pattern) => pattern.test(value)));
}
