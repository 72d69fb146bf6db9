import { expect, it } from "vitest";
import { reply } from "./reply.ts";

it.each([
  [reply.saved("rule"), 200, { kind: "saved", what: "rule" }],
  [
    reply.invalid({ cost: "not_a_decimal" }),
    422,
    { kind: "invalid", fields: { cost: "not_a_decimal" } },
  ],
  [reply.refused("not_found"), 409, { kind: "refused", code: "not_found" }],
  [reply.refused("unknown_intent", 422), 422, { kind: "refused", code: "unknown_intent" }],
  [
    reply.moved("approve", 2, [{ changeId: "3", code: "stale_inputs" }]),
    200,
    {
      kind: "moved",
      verb: "approve",
      moved: 2,
      skipped: [{ changeId: "3", code: "stale_inputs" }],
    },
  ],
  [
    reply.opened("https://sellercentral.amazon.com/x"),
    200,
    { kind: "opened", url: "https://sellercentral.amazon.com/x" },
  ],
])("answers with the status its kind means", (answer, status, data) => {
  expect(answer.init?.status).toBe(status);
  expect(answer.data).toEqual(data);
});
