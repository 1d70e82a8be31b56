import {
  createPrivateKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

/** A private key (PKCS #8) and the certificate of its public half, both PEM. */
export interface CertifiedKey {
  readonly key: string;
  readonly certificate: string;
}

export interface CertificateRequest {
  /** The subject's CN: for people. Clients go by `names` (RFC 9525 §2). */
  readonly commonName: string;
  /** Host names and IP addresses of a server. An authority has none. */
  readonly names: readonly string[];
  /** How long it is valid from now on. */
  readonly days: number;
  /** Who signs it; absent: it signs itself. */
  readonly issuer?: CertifiedKey;
  /** Whether it may sign others, which then sign nobody unless it delegates. */
  readonly authority?: boolean;
  /** Of an authority: how many others may stand between it and a server. */
  readonly delegates?: number;
  /** Whose certificate it is, of any kind where somebody else signs it; a new ECDSA key when absent. */
  readonly keyPair?: KeyPairKeyObjectResult;
  /** Milliseconds since 1970; the machine's clock when absent. */
  readonly now?: number;
}

const DAY_MS = 86_400_000;

/** Valid since before it was made: the clocks of those who check it may be behind. */
const BACKDATED_MS = 3_600_000;

const ID_COMMON_NAME = "2.5.4.3";
/** ecdsa-with-SHA256 (RFC 5758 §3.2): no parameters. */
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/** Most characters of a CN (RFC 5280, ub-common-name). */
const LONGEST_COMMON_NAME = 64;

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName.slice(0, LONGEST_COMMON_NAME) });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: ID_COMMON_NAME, value })])]);
}

/** A positive number of 127 random bits (RFC 5280 §4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40;
  return bytes.buffer;
}

function extension(extnID: string, critical: boolean, value: object): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** RFC 5280 §4.2.1.2, method 1. */
function keyIdentifier({ subjectPublicKey }: SubjectPublicKeyInfo): ArrayBuffer {
  return new Uint8Array(hash("sha1", new Uint8Array(subjectPublicKey), "buffer")).buffer;
}

function usage(request: CertificateRequest): readonly Extension[] {
  if (request.authority === true) {
    return [
      extension(
        id_ce_basicConstraints,
        true,
        new BasicConstraints({ cA: true, pathLenConstraint: request.delegates ?? 0 }),
      ),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
    ];
  }
  const names = request.names.map(
    (name) => new GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name }),
  );
  return [
    extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names)),
  ];
}

/** Who signs: name, public key and private key. */
interface Signer {
  readonly subject: Name;
  readonly publicKey: SubjectPublicKeyInfo;
  readonly privateKey: KeyObject;
}

function signerOf({ certificate, key }: CertifiedKey): Signer {
  const { tbsCertificate } = AsnConvert.parse(new X509Certificate(certificate).raw, Certificate);
  const { subject, subjectPublicKeyInfo } = tbsCertificate;
  return { subject, publicKey: subjectPublicKeyInfo, privateKey: createPrivateKey(key) };
}

function validity({ days, now = Date.now() }: CertificateRequest): Validity {
  return new Validity({ notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + days * DAY_MS) });
}

function toPem(der: ArrayBuffer): string {
  return new X509Certificate(Buffer.from(der)).toString();
}

/**
 * Makes a key (ECDSA, P-256) and a certificate for it (X.509 v3, RFC 5280): of a server, or of an authority that signs
 * those of servers.
 *
 * @throws Error when the issuer's key or certificate cannot be read
 */
export function makeCertificate(request: CertificateRequest): CertifiedKey {
  const { publicKey, privateKey } = request.keyPair ?? generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own = AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
  const subject = nameOf(request.commonName);
  const self: Signer = { subject, publicKey: own, privateKey };
  const signer = request.issuer === undefined ? self : signerOf(request.issuer);
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const issuerKey = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(signer.publicKey)) });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: signer.subject,
    validity: validity(request),
    subject,
    subjectPublicKeyInfo: own,
    extensions: new Extensions([
      ...usage(request),
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(own))),
      extension(id_ce_authorityKeyIdentifier, false, issuerKey),
    ]),
  });
  const signature = sign("sha256", new Uint8Array(AsnConvert.serialize(tbsCertificate)), signer.privateKey);
  const signatureValue = new Uint8Array(signature).buffer;
  const der = AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue }));
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certificate: toPem(der) };
}
