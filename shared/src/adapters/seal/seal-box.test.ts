import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import { createSealBox, type SealKey } from "./seal-box.ts";

const key = (id: string): SealKey => ({ id, secret: randomBytes(32) });
const K0 = key("k0");
const K1 = key("k1");
const box = createSealBox([K1, K0]);

const purposes = fc.string({ unit: "binary", maxLength: 60 });
const secrets = fc.string({ unit: "grapheme", maxLength: 400 });

function failureOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("Expected a failure, found none.");
}

describe("seal box", () => {
  it("gives back exactly what it sealed", () => {
    fc.assert(
      fc.property(secrets, purposes, (secret, purpose) => {
        expect(box.open(box.seal(secret, purpose), purpose)).toBe(secret);
      }),
    );
  });

  it("refuses a text that was sealed for another purpose", () => {
    fc.assert(
      fc.property(secrets, purposes, purposes, (secret, purpose, other) => {
        fc.pre(purpose !== other);
        const sealed = box.seal(secret, purpose);

        const failure = failureOf(() => box.open(sealed, other));

        expect(failure.code).toBe("seal_unreadable");
      }),
    );
  });

  it("refuses a text that was cut short anywhere", () => {
    fc.assert(
      fc.property(secrets, fc.nat(), (secret, at) => {
        const sealed = box.seal(secret, "p");

        const failure = failureOf(() => box.open(sealed.slice(0, at % sealed.length), "p"));

        expect(failure.code).toBe("seal_unreadable");
      }),
    );
  });

  it("refuses a text in which one character was changed", () => {
    fc.assert(
      fc.property(secrets, fc.nat(), fc.constantFrom("A", "b", "0", "-", "."), (secret, at, to) => {
        const sealed = box.seal(secret, "p");
        const place = at % sealed.length;
        fc.pre(sealed[place] !== to);

        const altered = sealed.slice(0, place) + to + sealed.slice(place + 1);

        expect(failureOf(() => box.open(altered, "p")).code).toBe("seal_unreadable");
      }),
    );
  });

  it("seals with the first key and opens with every key", () => {
    const older = createSealBox([K0]);

    expect(box.seal("s", "p")).toMatch(/^v1\.k1\./);
    expect(box.open(older.seal("s", "p"), "p")).toBe("s");
    expect(failureOf(() => older.open(box.seal("s", "p"), "p")).message).toContain(
      "no key named k1",
    );
  });

  it("refuses a text whose key id names a different secret", () => {
    const stranger = createSealBox([key("k1")]);

    expect(failureOf(() => box.open(stranger.seal("s", "p"), "p")).retry).toBe("never");
  });

  it("never seals one secret to the same text twice", () => {
    expect(box.seal("s", "p")).not.toBe(box.seal("s", "p"));
  });

  it("names neither the secret nor the sealed text in its failures", () => {
    const sealed = box.seal("top-secret", "p");

    const failure = failureOf(() => box.open(sealed, "q"));

    expect(failure.message).not.toContain("top-secret");
    expect(failure.message).not.toContain(sealed.slice(4));
  });

  it("stops at once on a missing, doubled, misnamed or short key", () => {
    expect(() => createSealBox([])).toThrow("at least one key");
    expect(() => createSealBox([K1, key("k1")])).toThrow("share one id");
    expect(() => createSealBox([key("a.b")])).toThrow("letters");
    expect(() => createSealBox([{ id: "k", secret: randomBytes(31) }])).toThrow("32 bytes");
  });
});
