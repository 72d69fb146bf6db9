/** Runs before every test file: a `console.error` nobody expected fails the test that caused it. */
import { afterEach, beforeEach, expect, vi } from "vitest";

let reported: string[] = [];

beforeEach(() => {
  reported = [];
  vi.spyOn(console, "error").mockImplementation((...parts: unknown[]) => {
    reported.push(
      parts.map((part) => (part instanceof Error ? part.stack : String(part))).join(" "),
    );
  });
});

afterEach(() => {
  // A test that expects an error replaces console.error by a spy of its own; that one reports nothing here.
  vi.mocked(console.error).mockRestore?.();
  expect(reported, "unexpected console.error").toEqual([]);
});
