/**
 * Seals secrets at rest with AES-256-GCM.
 *
 * A sealed text reads `v1.<keyId>.<iv>.<ciphertext and tag>`, the last two in base64url. The purpose, the
 * version and the key id are authenticated with it: a text that is moved to another row, cut short or
 * pointed at another key does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "../../core/app-error.ts";
import { invariant } from "../../core/assert.ts";
import type { SealBox } from "../../ports/seal-box.ts";

/** One 256-bit key and the name that sealed texts call it by. */
export interface SealKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
// NIST SP 800-38D section 8.2.2: random 96-bit IVs are safe for 2^32 texts under one key.
const IV_BYTES = 12;
const TAG_BYTES = 16;

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const SEALED = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/**
 * Makes the box of one process. The first key seals; all of them open, so that a key is rotated by
 * putting a new one in front.
 * @throws InvariantError when there is no key, two share an id, or one is not 32 bytes long.
 */
export function createSealBox(keys: readonly SealKey[]): SealBox {
  const [first] = keys;
  invariant(first !== undefined, "A seal box needs at least one key.");
  const byId = new Map(keys.map((key) => [key.id, key]));
  invariant(byId.size === keys.length, "Two seal keys share one id.");
  for (const key of keys) {
    invariant(KEY_ID.test(key.id), "A seal key's id is 1 to 32 letters, digits, '-' or '_'.");
    invariant(key.secret.byteLength === KEY_BYTES, `Seal key ${key.id} is not 32 bytes long.`);
  }
  return {
    seal: (secret, purpose) => sealWith(first, secret, purpose),
    open: (sealed, purpose) => open(byId, sealed, purpose),
  };
}

function sealWith(key: SealKey, secret: string, purpose: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.secret, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundText(key.id, purpose));
  const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1.${key.id}.${iv.toString("base64url")}.${body.toString("base64url")}`;
}

function open(byId: ReadonlyMap<string, SealKey>, sealed: string, purpose: string): string {
  const [, keyId = "", ivText = "", bodyText = ""] = SEALED.exec(sealed) ?? [];
  if (keyId === "") throw unreadable(purpose, "the text does not have the form of a sealed text");
  const key = byId.get(keyId);
  if (key === undefined) throw unreadable(purpose, `no key named ${keyId} is configured`);
  const body = Buffer.from(bodyText, "base64url");
  const cut = body.byteLength - TAG_BYTES;
  // Base64url has spare bits at its end; a text that spells the same bytes otherwise is not ours.
  if (cut < 0 || body.toString("base64url") !== bodyText)
    throw unreadable(purpose, "the text was cut or altered");
  try {
    const decipher = createDecipheriv(CIPHER, key.secret, Buffer.from(ivText, "base64url"), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(boundText(keyId, purpose));
    decipher.setAuthTag(body.subarray(cut));
    return Buffer.concat([decipher.update(body.subarray(0, cut)), decipher.final()]).toString(
      "utf8",
    );
  } catch (cause) {
    throw unreadable(
      purpose,
      "it was sealed for another purpose, with another key, or altered",
      cause,
    );
  }
}

function boundText(keyId: string, purpose: string): Buffer {
  return Buffer.from(`v1.${keyId}.${purpose}`, "utf8");
}

function unreadable(purpose: string, why: string, cause?: unknown): AppError {
  return new AppError({
    code: "seal_unreadable",
    retry: "never",
    message: `Seal box: cannot open the secret for ${purpose}: ${why}.`,
    context: { purpose },
    cause,
  });
}
