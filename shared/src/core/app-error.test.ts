import { expect, it } from "vitest";
import { AppError, ERROR_CODES } from "./app-error.ts";

it("carries a code, when to try again, ids and the cause", () => {
  const cause = new Error("socket closed");
  const error = new AppError({
    code: "amazon_unavailable",
    retry: { afterMs: 500 },
    message: "Amazon answered 503.",
    context: { listingId: "7" },
    cause,
  });

  expect(error).toMatchObject({
    name: "AppError",
    code: "amazon_unavailable",
    retry: { afterMs: 500 },
    message: "Amazon answered 503.",
    context: { listingId: "7" },
    cause,
  });
});

it("needs neither ids nor a cause", () => {
  const error = new AppError({ code: "config_invalid", retry: "never", message: "PORT is blank." });

  expect(error.context).toEqual({});
  expect("cause" in error).toBe(false);
});

it("lists each code once, sorted, in snake case", () => {
  expect([...ERROR_CODES]).toEqual([...new Set(ERROR_CODES)].sort());
  expect(ERROR_CODES.every((code) => /^[a-z_]+$/.test(code))).toBe(true);
});
