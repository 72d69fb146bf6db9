import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface SelfSigned {
  readonly keyPem: string;
  readonly certificatePem: string;
}

/**
 * A throwaway certificate for the given host names, made anew for every run so that no key lies in
 * the repository. Written by the grammar of RFC 5280, section 4.1, with an ECDSA P-256 key.
 */
export function selfSigned(hosts: readonly string[], now: Date): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(objectId([1, 2, 840, 10045, 4, 3, 2])); // ecdsa-with-SHA256
  const name = sequence(
    set(sequence(objectId([2, 5, 4, 3]), element(0x0c, Buffer.from("calibr sandbox")))),
  );
  const body = sequence(
    element(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    algorithm,
    name,
    sequence(utcTime(now, -DAY_MS), utcTime(now, 30 * DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, sequence(subjectAltName(hosts))),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, element(0x03, Buffer.from([0]), signature));
  return {
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificatePem: pem(certificate),
  };
}

const DAY_MS = 86_400_000;

/** Positive and without leading zeros, as DER wants it. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.from([0x5a]), randomBytes(7)]);
}

function subjectAltName(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) => element(0x82, Buffer.from(host)));
  return sequence(objectId([2, 5, 29, 17]), element(0x04, sequence(...names)));
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, ...parts);
}

function set(...parts: Buffer[]): Buffer {
  return element(0x31, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return element(0x02, bytes);
}

function objectId([first = 0, second = 0, ...rest]: number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

function utcTime(now: Date, byMs: number): Buffer {
  const stamp = new Date(now.getTime() + byMs).toISOString().replace(/[-:T]|\.\d+/g, "");
  return element(0x17, Buffer.from(stamp.slice(2)));
}

/** Tag, length, content (X.690, section 8.1). */
function element(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  // Browsers insist on the shortest form.
  const long = size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  const length = size < 0x80 ? [size] : long;
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
