/**
 * Random answers made from the definitions in Amazon's models (issue "The Amazon channel, whole",
 * criterion 1): a field we do not know changes nothing, a document that fits loses no entry, and one
 * that does not fit ends in a named error.
 */
import { AppError } from "@calibr/shared/core/app-error";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../answers/read-answer.ts";
import { isOperation, operationOf, type OperationName, OPERATIONS } from "../client/operations.ts";
import { readJson } from "../client/vendor-json.ts";
import { MODELS_MISSING, modelOperations, objectOf } from "./amazon-models.ts";
import { documentOf, spoiled, withUnknownFields } from "./model-arbitrary.ts";

const RUNS = 100;
// Optional in the definitions, because answers that are errors share them.
const FRAMES = ["payload", "responses", "FeesEstimateResult"];
const CONTEXT = {
  marketplaceId: "ATVPDKIKX0DER",
  ownSellerId: "A1OWN",
  now: new Date("2026-11-23T12:00:00Z"),
};

interface Fuzzed {
  readonly name: OperationName;
  readonly status: number;
  readonly documents: fc.Arbitrary<unknown>;
}

const fuzzed: readonly Fuzzed[] = modelOperations().flatMap((operation) => {
  const { name, version, responses, root } = operation;
  if (!isOperation(name) || operationOf(name).version !== version) return [];
  return Object.entries(responses).flatMap(([code, response]) => {
    const status = Number.parseInt(code, 10);
    const schema = response?.["schema"];
    if (status >= 300 || schema === undefined || operationOf(name).isSilent === true) return [];
    return [{ name, status, documents: documentOf({ schema: objectOf(schema), root }, FRAMES) }];
  });
});

const cases = fuzzed.map((entry) => [entry.name, entry] as const);

/** As it arrives: through JSON text, so that numbers keep their digits. */
function read({ name, status }: Fuzzed, document: unknown): unknown {
  const body = readJson(JSON.stringify(document));
  return readAnswer(name, { status, body, requestId: "r-1" }, CONTEXT);
}

/** The result, or the named error in its place; anything else thrown is a fault of ours. */
function readOrError(entry: Fuzzed, document: unknown): unknown {
  try {
    return read(entry, document);
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    throw error;
  }
}

/** How many entries the result has, those counted in that could not be read; null when it is no list. */
function lengthOf(result: unknown): number | null {
  if (Array.isArray(result)) return result.length;
  const { entries, unreadable } = objectOf(result);
  return Array.isArray(entries) && typeof unreadable === "number"
    ? entries.length + unreadable
    : null;
}

/** How long the lists near the top of the document are; 0 where Amazon left them all out. */
function lengthsOf(document: unknown): readonly number[] {
  const { errors: _errors, ...frame } = objectOf(document);
  const places = [document, ...Object.values(frame), ...Object.values(objectOf(frame["payload"]))];
  const lists = places.flatMap((place) => (Array.isArray(place) ? [place.length] : []));
  return lists.length === 0 ? [0] : lists;
}

describe.skipIf(MODELS_MISSING !== null)("an answer made from Amazon's model", () => {
  it("is made for every operation we call that answers something", () => {
    const silent = Object.keys(OPERATIONS).filter(
      (name) => isOperation(name) && operationOf(name).isSilent === true,
    );

    expect(new Set([...fuzzed.map(({ name }) => name), ...silent])).toEqual(
      new Set(Object.keys(OPERATIONS)),
    );
  });

  it.each(cases)("of %s is read whole, and the same with fields we do not know", (_name, entry) => {
    fc.assert(
      fc.property(entry.documents, fc.jsonValue(), (document, unknown) => {
        const plain = read(entry, document);

        const length = lengthOf(plain);
        if (length !== null) expect(lengthsOf(document)).toContain(length);
        expect(read(entry, withUnknownFields(document, unknown))).toEqual(plain);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(cases)("of %s that does not fit ends in our types or a named error", (_name, entry) => {
    fc.assert(
      fc.property(spoiled(entry.documents), (document) => {
        readOrError(entry, document);
      }),
      { numRuns: RUNS },
    );
  });
});

if (MODELS_MISSING !== null) {
  it("an answer made from Amazon's model", ({ skip }) => skip(MODELS_MISSING ?? ""));
}
