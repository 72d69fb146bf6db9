import { expect, it } from "vitest";
import { assertNever, invariant, InvariantError } from "./assert.ts";
import { CHANNELS, parseChannel } from "./channel.ts";

it("passes a true claim and stops on a false one", () => {
  invariant(true, "never shown");

  expect(() => {
    invariant(false, "the floor is above the ceiling");
  }).toThrow(InvariantError);
});

it("names the value that no case handles", () => {
  expect(() => assertNever("ebay" as never)).toThrow("Unexpected value ebay");
});

it("knows its channels and no others", () => {
  expect(CHANNELS.map(parseChannel)).toEqual(["amazon", "shopify"]);
  expect(parseChannel("ebay")).toBeNull();
});
