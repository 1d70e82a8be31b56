import { inNamespace } from "../control-plane/controller/in-namespace.ts";
import { type ManifestsOptions, manifestsSource } from "../control-plane/sources/manifests/manifests-source.ts";
import type { Source } from "../control-plane/sources/source.ts";
import { TRANSLATE_DEFAULTS, type TranslateOptions } from "../control-plane/translate/translate-options.ts";
import type { TranslateFlags } from "./run-flags.ts";

/**
 * The flags that say how objects are understood, as the translation takes them.
 *
 * @param specialAddresses whether names may lead to loopback addresses: where the objects are manifests
 */
export function translateOptions(flags: TranslateFlags, specialAddresses: boolean): Omit<TranslateOptions, "keys"> {
  const options = {
    classicCookies: flags.classicCookies,
    annotationPrefixes: flags.annotationPrefix,
    ingressClasses: flags.ingressClass,
    controllerClasses: flags.controllerClass,
    watchIngressWithoutClass: flags.watchIngressWithoutClass,
    externalNames: !flags.disableSvcExternalName,
    specialAddresses,
    startedWith: {},
    httpsPort: TRANSLATE_DEFAULTS.httpsPort,
  };
  const { defaultBackendService, configmap, defaultSslCertificate: defaultCertificate } = flags;
  return {
    ...options,
    ...(defaultBackendService !== undefined && { defaultBackendService }),
    ...(configmap !== undefined && { configMap: configmap }),
    ...(defaultCertificate !== undefined && { defaultCertificate }),
  };
}

/** A folder of manifests as a source, with the namespace that was asked for. */
export function openManifests(directory: string, flags: TranslateFlags, options: ManifestsOptions = {}): Source {
  const source = manifestsSource(directory, options);
  return flags.watchNamespace === undefined ? source : inNamespace(source, flags.watchNamespace);
}
