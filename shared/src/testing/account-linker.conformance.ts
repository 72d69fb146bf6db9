import { afterEach, describe, expect, it } from "vitest";
import type { AccountLinker, ConsentGrant } from "../ports/account-linker.ts";
import type { ChannelAccount } from "../ports/channel-account.ts";

/** A seller who consents, as the suite finds them before each claim. */
export interface AccountLinkerRig {
  readonly linker: AccountLinker;
  readonly account: ChannelAccount;
  /** A fresh consent of the account's seller. */
  grant(): Promise<ConsentGrant>;
  /** The product stores a refresh token for the account. */
  hold(refreshToken: string): void;
  pass(ms: number): Promise<void>;
  /** How long a code is good for. */
  readonly codeLifeMs: number;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;
const REFUSED = { code: "amazon_oauth_code_refused" };

/** What every exchange of consents keeps to. */
export function describeAccountLinker(name: string, start: () => Promise<AccountLinkerRig>): void {
  let rig: AccountLinkerRig;
  const begin = async (): Promise<AccountLinkerRig> => (rig = await start());

  describe(`${name} as a linker of accounts`, () => {
    afterEach(() => rig.stop());

    it("turns a consent into a token that is good", async () => {
      const { linker, account, grant, hold } = await begin();

      const { refreshToken } = await linker.exchangeCode(await grant(), signal);
      hold(refreshToken);

      expect(refreshToken).not.toBe("");
      await expect(linker.checkConsent(account, signal)).resolves.toBeUndefined();
    });

    it("refuses a code that was used, that is old, or that nobody gave", async () => {
      const { linker, grant, pass, codeLifeMs } = await begin();
      const used = await grant();
      await linker.exchangeCode(used, signal);
      const old = await grant();
      await pass(codeLifeMs + 1_000);
      const invented = { ...used, code: "invented" };

      for (const bad of [used, old, invented]) {
        await expect(linker.exchangeCode(bad, signal)).rejects.toMatchObject(REFUSED);
      }
    });

    it("never believes the address when it names another seller", async () => {
      const { linker, grant } = await begin();
      const other = { ...(await grant()), sellerId: "A9SOMEBODYELSE" };

      await expect(linker.exchangeCode(other, signal)).rejects.toMatchObject({ retry: "never" });
    });

    it("notices that a consent was taken back, whatever it still holds", async () => {
      const { linker, account, grant, hold, revoke } = await begin();
      hold((await linker.exchangeCode(await grant(), signal)).refreshToken);
      await linker.checkConsent(account, signal);
      await revoke();

      await expect(linker.checkConsent(account, signal)).rejects.toMatchObject({
        code: "amazon_authorization_revoked",
        retry: "never",
      });
    });
  });
}
