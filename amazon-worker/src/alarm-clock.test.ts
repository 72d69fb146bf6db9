import { describe, expect, it } from "vitest";
import { isConnectionLost } from "./alarm-clock.ts";

const withCode = (code: string) => Object.assign(new Error("words"), { code });

describe("a failure that nobody caught", () => {
  it.each(["57P01", "57P03", "08006", "ECONNRESET", "EPIPE"])(
    "with code %s is a lost connection",
    (code) => {
      expect(isConnectionLost(withCode(code))).toBe(true);
    },
  );

  it("in pg's own words is a lost connection", () => {
    expect(isConnectionLost(new Error("Connection terminated unexpectedly"))).toBe(true);
  });

  it.each([withCode("23505"), new Error("undefined is not a function"), "text", null])(
    "of another kind (%s) is a bug and ends the process",
    (cause) => {
      expect(isConnectionLost(cause)).toBe(false);
    },
  );
});
