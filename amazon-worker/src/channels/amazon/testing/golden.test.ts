/** The examples of Amazon's own sandbox through our readers (issue "The Amazon channel, whole", criterion 2). */
import { AppError, ERROR_CODES } from "@calibr/shared/core/app-error";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../answers/read-answer.ts";
import { readProcessingReport } from "../answers/processing-report.ts";
import { failureError, spApiFailure } from "../client/errors.ts";
import { isOperation, NEVER_CALLED, operationOf } from "../client/operations.ts";
import {
  modelExamples,
  type ModelExample,
  MODELS_MISSING,
  objectOf,
  readModel,
} from "./amazon-models.ts";

const CONTEXT = {
  marketplaceId: "ATVPDKIKX0DER",
  ownSellerId: "A1OWN",
  now: new Date("2026-11-23T12:00:00Z"),
};

const examples = modelExamples();
const successes = examples.filter(({ status }) => status < 300);
const failures = examples.filter(({ status }) => status >= 300);
const called = successes.filter(isCalled);
const notCalled = successes.filter((example) => !isCalled(example));

function isCalled({ operation }: ModelExample): boolean {
  return isOperation(operation.name) && operationOf(operation.name).version === operation.version;
}

function titleOf({ operation, status, index }: ModelExample): string {
  return `${operation.name} ${operation.version} ${status} #${index + 1}`;
}

/** The list an answer is about; null where it is about one thing. */
function listIn(body: unknown): readonly unknown[] | null {
  const frame = objectOf(body);
  // A single catalogue item has lists, but is none.
  if ("asin" in frame) return null;
  const payload = objectOf(frame["payload"]);
  const places = [
    Array.isArray(body) ? body : null,
    frame["payload"],
    frame["responses"],
    frame["items"],
    frame["feeds"],
    frame["reports"],
    frame["productTypes"],
    frame["restrictions"],
    payload["subscriptions"],
  ];
  return places.find((place): place is unknown[] => Array.isArray(place)) ?? null;
}

function entriesOf(result: unknown): unknown {
  return Array.isArray(result) ? result : objectOf(result)["entries"];
}

describe.skipIf(MODELS_MISSING !== null)("Amazon's own examples", () => {
  it("are all here: 86 successes and 56 errors", () => {
    expect([successes.length, failures.length]).toEqual([86, 56]);
  });

  it.each(called.map((example) => [titleOf(example), example] as const))(
    "%s is read into our types with nothing left out",
    (_title, { operation, status, body }) => {
      const { name } = operation;
      // Given by the filter above.
      if (!isOperation(name)) throw new Error(`${name} is not called`);
      const result = readAnswer(name, { status, body, requestId: null }, CONTEXT);

      const list = listIn(body);
      if (list !== null) expect(entriesOf(result)).toHaveLength(list.length);
    },
  );

  it("that are not read belong to operations we never call, each with a reason", () => {
    const reasons = notCalled.map(({ operation: { name, version } }) =>
      isOperation(name)
        ? `we call ${operationOf(name).version}, not ${version}`
        : NEVER_CALLED[name],
    );

    expect(reasons).not.toContain(undefined);
    expect({ read: called.length, never: notCalled.length }).toEqual({ read: 53, never: 33 });
  });

  it.each(failures.map((example) => [titleOf(example), example] as const))(
    "%s becomes a named error",
    (_title, { operation, status, body }) => {
      const answer = { status, body, requestId: "r-1" };
      const error = failureError(operation.name, answer, spApiFailure(answer));

      expect(error).toBeInstanceOf(AppError);
      expect(ERROR_CODES).toContain(error.code);
      expect(error.retry).toBe("never");
      // Two examples of a rejected verification are an empty object.
      const hasWords = JSON.stringify(body) !== "{}";
      expect("vendorCode" in error.context).toBe(hasWords);
      if (isOperation(operation.name)) {
        expect(() => readAnswer(operation.name as never, answer, CONTEXT)).toThrow(error.message);
      }
    },
  );

  it("that say success and cannot be read keep the request id", () => {
    const answer = { status: 200, body: { feedId: 7 }, requestId: "r-1" };

    expect(() => readAnswer("getFeed", answer, CONTEXT)).toThrow(
      expect.objectContaining({
        code: "amazon_bad_answer",
        context: { operation: "getFeed", requestId: "r-1", sent: "maybe" },
      }),
    );
  });

  it("of a processing report is read to each message", () => {
    const example = readModel("listings-feed-processing-report-schema-v2.example.json");

    const report = readProcessingReport(example);

    expect(report.unreadable).toBe(0);
    expect(report.issues).toHaveLength((example["issues"] as unknown[]).length);
    expect(report.issues.map(({ severity }) => severity)).toContain("ERROR");
  });
});

if (MODELS_MISSING !== null) {
  it("Amazon's own examples", ({ skip }) => skip(MODELS_MISSING ?? ""));
}
