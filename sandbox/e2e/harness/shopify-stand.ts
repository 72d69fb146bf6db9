/** The product's Shopify adapters over HTTP against the stand-in, on a clock that only waiting moves. */
import { createAdminClient } from "@calibr/shared/adapters/shopify/admin-client";
import { createCostLimiter } from "@calibr/shared/adapters/shopify/cost-limiter";
import { createOfflineTokens } from "@calibr/shared/adapters/shopify/offline-token";
import { createShopifyListingSource } from "@calibr/shared/adapters/shopify/shopify-listing-source";
import { createShopifyPriceChannel } from "@calibr/shared/adapters/shopify/shopify-price-channel";
import {
  createSessionsFake,
  createWaitedClock,
  SHOP,
  SILENT,
} from "@calibr/shared/adapters/shopify/shopify.fixture";
import { createSandboxClock } from "../../clock.ts";
import { startSandbox } from "../../server.ts";
import { createShopifyPart } from "../../shopify/part.ts";
import type { StoreState } from "../../shopify/state.ts";

const APP = {
  apiKey: "client-id",
  apiSecret: "client-secret",
  scopes: ["read_products", "write_products"],
  optionalScopes: [],
  appUrl: "http://127.0.0.1:9",
  subscriptions: [],
};

/** What a test may do between the adapters' steps. */
export interface StandListeners {
  readonly afterWaiting?: () => void;
  /** The code for which a call has to be sent again. */
  readonly onRepeat?: (code: string) => void;
}

export type ShopifyStand = Awaited<ReturnType<typeof startShopifyStand>>;

/** Starts the stand-in with one store that has the app installed. */
export async function startShopifyStand() {
  const clock = createWaitedClock();
  const sandboxClock = createSandboxClock({ startAt: clock.now(), speed: 0 });
  const shops = [{ domain: SHOP.domain, name: "Calibr Demo", isInstalled: true }];
  const part = createShopifyPart({
    seed: 1,
    clock: sandboxClock,
    app: APP,
    shops,
    wallClock: clock,
  });
  const sandbox = await startSandbox({ port: 0, seed: 1, clock: sandboxClock, parts: [part] });

  const toSandbox = (url: string, init: RequestInit): Promise<Response> => {
    const { host, pathname } = new URL(url);
    const headers = new Headers(init.headers);
    headers.set("x-sandbox-host", host);
    return fetch(sandbox.origin + pathname, { ...init, headers });
  };

  return {
    clock,
    close: () => sandbox.close(),

    async control(verb: string, args: object = {}): Promise<unknown> {
      const answer = await fetch(`${sandbox.origin}/control/shopify/${verb}`, {
        method: "POST",
        body: JSON.stringify(args),
      });
      if (answer.status !== 200) throw new Error(`control ${verb}: ${await answer.text()}`);
      return answer.json();
    },

    store(): StoreState {
      const [first] = part.world.stores.values();
      if (first === undefined) throw new Error("The sandbox has no store.");
      return first;
    },

    /** The adapters as the worker builds them, with a token pair the store has just given out. */
    adapters({ afterWaiting, onRepeat }: StandListeners = {}) {
      const pair = part.world.tokens.issue(SHOP.domain);
      const sessions = createSessionsFake({
        accessToken: pair.accessToken,
        expiresAt: new Date(clock.now().getTime() + pair.expiresInSeconds * 1000),
        refreshToken: pair.refreshToken,
        refreshExpiresAt: null,
        scope: null,
      });
      const tokens = createOfflineTokens({
        sessions,
        app: APP,
        clock,
        logger: SILENT,
        fetch: toSandbox,
      });
      const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
        await clock.sleep(ms, signal);
        await sandboxClock.advance(ms);
        afterWaiting?.();
      };
      const client = createAdminClient({
        tokens,
        limiter: createCostLimiter({ clock }),
        // The client says at debug level when a call has to be sent again, and why.
        logger: { ...SILENT, debug: (_event, facts) => onRepeat?.(String(facts?.["code"])) },
        fetch: toSandbox,
        sleep,
      });
      return {
        sessions,
        source: createShopifyListingSource({ client, clock, fetch: toSandbox, sleep }),
        channel: createShopifyPriceChannel({ client, clock }),
      };
    },
  };
}
