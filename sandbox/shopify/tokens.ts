/**
 * Offline access tokens of the app, per store.
 *
 * A token pair is `live` until its access token expires, its refresh token is used up,
 * it is revoked, or the app is uninstalled. A refresh makes a successor; the old refresh
 * token may be used again until the successor is first used (shopify.dev, "Offline
 * access tokens", read 2026-11), because the answer to the first try may have been lost.
 */
import { randomBytes } from "node:crypto";
import type { SandboxClock } from "../clock.ts";

export interface TokenPair {
  readonly shop: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
}

export interface TokenLives {
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
}

export interface TokenBook {
  issue(shop: string): TokenPair;
  /** A new pair, or `undefined` when the refresh token is unknown, spent, expired or revoked. */
  refresh(shop: string, refreshToken: string): TokenPair | undefined;
  /** Whether an access token opens this store now; remembers that it was used. */
  accepts(shop: string, accessToken: string): boolean;
  /** Kills every token of the store. */
  revoke(shop: string): number;
  /** Makes every live access token of the store expired; refresh tokens stay good. */
  expireAccess(shop: string): number;
  setLives(lives: Partial<TokenLives>): void;
}

interface Issued {
  readonly pair: TokenPair;
  accessEndsAt: number;
  refreshEndsAt: number;
  isUsed: boolean;
  successor: Issued | undefined;
}

const DEFAULT_LIVES: TokenLives = { accessSeconds: 3600, refreshSeconds: 7_776_000 };

export function createTokenBook(clock: Pick<SandboxClock, "now">): TokenBook {
  const issued = new Set<Issued>();
  let lives = DEFAULT_LIVES;
  const now = (): number => clock.now().getTime();
  const ofShop = (shop: string): Issued[] => [...issued].filter((one) => one.pair.shop === shop);

  const issue = (shop: string): Issued => {
    const one: Issued = {
      pair: {
        shop,
        accessToken: `shpat_${randomBytes(16).toString("hex")}`,
        refreshToken: `shprt_${randomBytes(16).toString("hex")}`,
        expiresInSeconds: lives.accessSeconds,
        refreshExpiresInSeconds: lives.refreshSeconds,
      },
      accessEndsAt: now() + lives.accessSeconds * 1000,
      refreshEndsAt: now() + lives.refreshSeconds * 1000,
      isUsed: false,
      successor: undefined,
    };
    issued.add(one);
    return one;
  };

  return {
    issue: (shop) => issue(shop).pair,
    refresh(shop, refreshToken) {
      const old = ofShop(shop).find((one) => one.pair.refreshToken === refreshToken);
      if (old === undefined || old.refreshEndsAt <= now()) return undefined;
      if (old.successor !== undefined) {
        if (old.successor.isUsed) return undefined;
        issued.delete(old.successor);
      }
      old.successor = issue(shop);
      return old.successor.pair;
    },
    accepts(shop, accessToken) {
      const one = ofShop(shop).find((candidate) => candidate.pair.accessToken === accessToken);
      if (one === undefined || one.accessEndsAt <= now()) return false;
      one.isUsed = true;
      return true;
    },
    revoke(shop) {
      const dead = ofShop(shop);
      for (const one of dead) issued.delete(one);
      return dead.length;
    },
    expireAccess(shop) {
      const live = ofShop(shop).filter((one) => one.accessEndsAt > now());
      for (const one of live) one.accessEndsAt = now();
      return live.length;
    },
    setLives(change) {
      lives = { ...lives, ...change };
    },
  };
}
