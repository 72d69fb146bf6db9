import { describe, expect, it } from "vitest";
import { checkModel } from "./check-model.ts";

const root = {
  definitions: {
    Base: { properties: { id: { type: "string" } }, required: ["id"] },
    Item: {
      allOf: [{ $ref: "#/definitions/Base" }],
      properties: {
        state: { type: "string", enum: ["ON", "OFF"] },
        sizes: { type: "array", items: { type: "integer" }, maxItems: 2 },
        extra: { type: "object", additionalProperties: { type: "string" } },
      },
    },
  },
};
const check = (value: unknown): string[] =>
  checkModel(value, { $ref: "#/definitions/Item" }, { root });

describe("the model check", () => {
  it("finds nothing in a value that fits", () => {
    expect(check({ id: "a", state: "ON", sizes: [1, 2], extra: { any: "x" } })).toEqual([]);
  });

  it.each([
    ["a missing property", {}, "id is missing"],
    ["a property nobody named", { id: "a", colour: "red" }, "colour is not in the model"],
    ["a wrong type", { id: 1 }, "another type than number"],
    ["a value outside the enum", { id: "a", state: "MAYBE" }, "not in the enum"],
    ["a list that is too long", { id: "a", sizes: [1, 2, 3] }, "at most 2"],
    ["a wrong item", { id: "a", sizes: [1.5] }, "no integer"],
    ["no object at all", [], "expected an object"],
  ])("finds %s", (_what, value, finding) => {
    expect(check(value).join()).toContain(finding);
  });
});
