import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REDIRECT_URI } from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import {
  ACCOUNT,
  address,
  failureOf,
  listing,
  type RunningChannel,
  SELLER,
  startChannel,
} from "../testing/start-channel.ts";

const signal = new AbortController().signal;
let running: RunningChannel;

beforeEach(async () => {
  running = await startChannel([listing("PLAIN")]);
});
afterEach(() => running.stop());

const named = { shopId: ACCOUNT.shopId, sellerId: SELLER, region: "na" };
const newCode = async (): Promise<string> =>
  String((await running.amazon.control("issue-code"))["code"]);

describe("linking an account", () => {
  it("turns the code of a consent into a refresh token that works", async () => {
    const { channel, secret } = running;
    const grant = { code: await newCode(), redirectUri: REDIRECT_URI, ...named };

    const linked = await channel.accountLinker.exchangeCode(grant, signal);
    secret.refreshToken = linked.refreshToken;

    const [reading] = await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    expect(reading?.kind).toBe("price");
  });

  it.each([
    {
      why: "made up",
      grant: async () => ({ code: "ANmadeup", redirectUri: REDIRECT_URI, ...named }),
    },
    {
      why: "for another address",
      grant: async () => ({
        code: await newCode(),
        redirectUri: "https://elsewhere.example/",
        ...named,
      }),
    },
    {
      why: "used before",
      grant: async () => {
        const grant = { code: await newCode(), redirectUri: REDIRECT_URI, ...named };
        await running.channel.accountLinker.exchangeCode(grant, signal);
        return grant;
      },
    },
    {
      why: "older than five minutes",
      grant: async () => {
        const grant = { code: await newCode(), redirectUri: REDIRECT_URI, ...named };
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

  it("refuses a consent that another seller gave than the one who is named", async () => {
    const grant = { code: await newCode(), redirectUri: REDIRECT_URI, ...named };

    const error = await failureOf(
      running.channel.accountLinker.exchangeCode({ ...grant, sellerId: "AVICTIM000001" }, signal),
    );

    expect(error).toMatchObject({ code: "amazon_seller_mismatch", retry: "never" });
  });

  it("refuses a consent for a region in which the seller has no store", async () => {
    const grant = { code: await newCode(), redirectUri: REDIRECT_URI, ...named, region: "fe" };

    const error = await failureOf(running.channel.accountLinker.exchangeCode(grant, signal));

    expect(["amazon_no_store", "amazon_access_denied"]).toContain(error.code);
  });

  it("gets over a hiccup of Amazon's after the code is spent", async () => {
    await running.amazon.control("fault", { kind: "503", operation: "searchListingsItems" });
    const grant = { code: await newCode(), redirectUri: REDIRECT_URI, ...named };

    expect(await running.channel.accountLinker.exchangeCode(grant, signal)).toMatchObject({
      refreshToken: expect.stringContaining("Atzr|") as string,
    });
  });
});

describe("a consent that was taken back", () => {
  it("is found by asking for a fresh token, although an old one is still held", async () => {
    const { channel, amazon } = running;
    await channel.accountLinker.checkConsent(ACCOUNT, signal);
    await amazon.control("revoke");

    const error = await failureOf(channel.accountLinker.checkConsent(ACCOUNT, signal));

    expect(error).toMatchObject({ code: "amazon_authorization_revoked", retry: "never" });
  });
});
