import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REDIRECT_URI } from "../../../../sandbox/amazon/testing/start-amazon.ts";
import {
  ACCOUNT,
  address,
  failureOf,
  listing,
  type RunningChannel,
  startChannel,
} from "./testing/start-channel.ts";

const signal = new AbortController().signal;
let running: RunningChannel;

beforeEach(async () => {
  running = await startChannel([listing("PLAIN")]);
});
afterEach(() => running.stop());

const newCode = async (): Promise<string> =>
  String((await running.amazon.control("issue-code"))["code"]);

describe("linking an account", () => {
  it("turns the code of a consent into a refresh token that works", async () => {
    const { channel, secret } = running;
    const grant = { code: await newCode(), redirectUri: REDIRECT_URI };

    const linked = await channel.accountLinker.exchangeCode(grant, signal);
    secret.refreshToken = linked.refreshToken;

    const [reading] = await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    expect(reading?.kind).toBe("price");
  });

  it.each([
    { why: "made up", grant: async () => ({ code: "ANmadeup", redirectUri: REDIRECT_URI }) },
    {
      why: "for another address",
      grant: async () => ({ code: await newCode(), redirectUri: "https://elsewhere.example/" }),
    },
    {
      why: "used before",
      grant: async () => {
        const grant = { code: await newCode(), redirectUri: REDIRECT_URI };
        await running.channel.accountLinker.exchangeCode(grant, signal);
        return grant;
      },
    },
    {
      why: "older than five minutes",
      grant: async () => {
        const grant = { code: await newCode(), redirectUri: REDIRECT_URI };
        await running.amazon.clock.advance(5 * 60_000);
        return grant;
      },
    },
  ])("refuses a code that is $why", async ({ grant }) => {
    const error = await failureOf(
      running.channel.accountLinker.exchangeCode(await grant(), signal),
    );

    expect(error).toMatchObject({ code: "amazon_oauth_code_refused", retry: "never" });
  });
});
