import { expect, it } from "vitest";
import { answerError } from "./client.ts";

const INVALID = "The access token you provided is revoked, malformed or invalid.";
const denied = {
  status: 403,
  body: { errors: [{ code: "Unauthorized", message: "Access is denied.", details: INVALID }] },
  requestId: null,
};

it("a refused token of a seller is the end of the seller's consent", () => {
  expect(answerError("patchListingsItem", denied)?.code).toBe("amazon_authorization_revoked");
});

// One bad hour of ours would else end the connection of every seller.
it.each(["getDestinations", "createDestination", "deleteSubscriptionById"] as const)(
  "a refused token of the application ends nobody's consent: %s",
  (operation) => {
    expect(answerError(operation, denied)).toMatchObject({
      code: "amazon_access_denied",
      retry: "backoff",
    });
  },
);
