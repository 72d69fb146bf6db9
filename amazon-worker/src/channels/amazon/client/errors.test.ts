import { describe, expect, it } from "vitest";
import { failureError, isStaleToken, lwaFailure, spApiFailure } from "./errors.ts";

const REQUEST_ID = "9f6c6d5e-1111-2222-3333-444455556666";

function errors(code: string, message: string, details?: string): unknown {
  return { errors: [{ code, message, ...(details === undefined ? {} : { details }) }] };
}

const denied = (details: string): unknown =>
  errors("Unauthorized", "Access to requested resource is denied.", details);

describe("an answer of SP-API", () => {
  it.each([
    { status: 429, body: errors("QuotaExceeded", "You exceeded your quota."), code: "amazon_throttled" },
    { status: 403, body: denied("The access token you provided is revoked, malformed or invalid."), code: "amazon_authorization_revoked" },
    { status: 403, body: denied("Access token is missing in the request header."), code: "amazon_authorization_revoked" },
    { status: 403, body: denied("The access token you provided has expired."), code: "amazon_access_denied" },
    { status: 403, body: denied("The LWA secret token you provided has expired."), code: "amazon_client_secret_invalid" },
    // Role missing, wrong region, or a role added without a new consent.
    { status: 403, body: denied(""), code: "amazon_access_denied" },
    { status: 403, body: errors("MissingAuthenticationToken", "Missing token"), code: "amazon_access_denied" },
    { status: 403, body: { message: "Forbidden" }, code: "amazon_request_refused" },
    { status: 401, body: undefined, code: "amazon_access_denied" },
    { status: 400, body: errors("InvalidInput", "Bad"), code: "amazon_request_refused" },
    // Listings Restrictions writes its errors as a bare list.
    { status: 400, body: [{ code: "BAD_REQUEST", message: "Bad" }], code: "amazon_request_refused" },
    { status: 404, body: errors("NotFound", "SKU not found"), code: "amazon_not_found" },
    { status: 413, body: errors("RequestTooLarge", "Too large"), code: "amazon_request_refused" },
    { status: 415, body: undefined, code: "amazon_request_refused" },
    { status: 500, body: errors("InternalFailure", "Internal"), code: "amazon_unavailable" },
    { status: 500, body: { message: "Internal server error" }, code: "amazon_unavailable" },
    { status: 502, body: undefined, code: "amazon_unavailable" },
    { status: 503, body: errors("ServiceUnavailable", "Busy"), code: "amazon_unavailable" },
    { status: 504, body: undefined, code: "amazon_unavailable" },
    { status: 302, body: undefined, code: "amazon_bad_answer" },
  ])("$status $body is $code", ({ status, body, code }) => {
    expect(spApiFailure({ status, body, requestId: null }).code).toBe(code);
  }); // prettier-ignore

  it("in which a gateway alone says no is worth another try, a request that Amazon read and refused is not", () => {
    const retryOf = (status: number, body: unknown) =>
      spApiFailure({ status, body, requestId: null }).retry;

    expect(retryOf(403, { message: "Forbidden" })).toBe("backoff");
    expect(retryOf(400, errors("InvalidInput", "Bad"))).toBe("never");
  });

  it.each([
    [denied("The access token you provided has expired."), true],
    [denied("The access token you provided is revoked, malformed or invalid."), true],
    [denied("The LWA secret token you provided has expired."), false],
    [denied(""), false],
    [{ message: "Forbidden" }, false],
    [undefined, false],
    ["text", false],
  ])("of 403 %j asks for a fresh token: %s", (body, isStale) => {
    expect(isStaleToken({ status: 403, body, requestId: null })).toBe(isStale);
  });

  // Bodies that no documentation shows, and that must not break the reading of the status.
  it.each([
    null,
    7,
    "text",
    [],
    { errors: "x" },
    { errors: [] },
    { errors: [null] },
    { errors: [7] },
  ])("with body %j is still judged by its status", (body) => {
    expect(spApiFailure({ status: 500, body, requestId: null }).code).toBe("amazon_unavailable");
    expect(spApiFailure({ status: 429, body, requestId: null }).code).toBe("amazon_throttled");
  });

  it("keeps Amazon's code and request id, and says where it happened", () => {
    const answer = { status: 400, body: errors("InvalidInput", "Bad SKU"), requestId: REQUEST_ID };

    const error = failureError("patchListingsItem", answer, spApiFailure(answer));

    expect(error.message).toBe("patchListingsItem: HTTP 400 InvalidInput Bad SKU");
    expect(error.context).toMatchObject({ vendorCode: "InvalidInput", requestId: REQUEST_ID });
  });
});

describe("an answer of the token endpoint", () => {
  it.each([
    { status: 400, error: "invalid_grant", code: "amazon_authorization_revoked" },
    { status: 401, error: "invalid_client", code: "amazon_client_secret_invalid" },
    { status: 400, error: "unauthorized_client", code: "amazon_client_secret_invalid" },
    { status: 400, error: "invalid_scope", code: "amazon_request_refused" },
    { status: 400, error: "unsupported_grant_type", code: "amazon_request_refused" },
    { status: 429, error: "", code: "amazon_throttled" },
    // A gateway's page: no word about the grant, so nobody may conclude that a price was refused.
    { status: 403, error: "", code: "amazon_unavailable" },
    { status: 503, error: "", code: "amazon_unavailable" },
  ])("$status $error is $code", ({ status, error, code }) => {
    const body = error === "" ? undefined : { error, error_description: "words" };

    expect(lwaFailure({ status, body, requestId: null }).code).toBe(code);
  });
});
