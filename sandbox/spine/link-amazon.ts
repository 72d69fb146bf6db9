import type { Stack } from "../stack/stack.ts";
import { waitFor } from "../stack/wait.ts";
import type { Onlooker } from "./onlooker.ts";

const US = "ATVPDKIKX0DER";
// Amazon's report takes some seconds even here, and 250 products are read page by page.
const IMPORT_MS = 90_000;

/**
 * Opens the app, links Amazon from the Connections page as a merchant would, and waits until both catalogues
 * are imported and the market is watched: by notifications, or by checks alone where there is no queue.
 */
export async function linkAmazon(
  stack: Stack,
  onlooker: Onlooker,
  { hasQueue }: { hasQueue: boolean } = { hasQueue: true },
): Promise<void> {
  await stack.merchant.open("/app");
  const answer = await stack.merchant.submit("/app/connections", {
    intent: "link",
    marketplaceId: US,
  });
  await giveConsent(stack, consentUrl(answer));
  await waitFor(
    "both catalogues to be imported",
    async () => {
      const rows = await onlooker.ask<{ ready: boolean }>(
        "SELECT count(*) = 2 AS ready FROM connection WHERE imported_at IS NOT NULL AND problem_code IS NULL",
      );
      return rows[0]?.ready === true ? true : null;
    },
    { timeoutMs: IMPORT_MS },
  );
  await waitFor(
    hasQueue ? "Amazon's notifications to be subscribed" : "the first market check to begin",
    async () => {
      const rows = await onlooker.ask(
        hasQueue
          ? "SELECT 1 FROM connection WHERE notifications = 'subscribed'"
          : "SELECT 1 FROM sync_run WHERE kind = 'sweep'",
      );
      return rows.length > 0 ? true : null;
    },
    { timeoutMs: IMPORT_MS },
  );
}

/** The consent page that the action's answer names, as Amazon's own address or as the dev proxy rewrote it. */
function consentUrl(answer: string): URL {
  const match = /https?:\/\/[^"\s\\]+\/apps\/authorize\/consent[^"\s\\]*/.exec(answer);
  if (match === null)
    throw new Error(`the Connections page named no consent page: ${answer.slice(0, 400)}`);
  return new URL(match[0]);
}

/** Presses the button on Seller Central's consent page and follows Amazon back to the app. */
async function giveConsent(stack: Stack, url: URL): Promise<void> {
  const isRewritten = url.pathname.startsWith("/amazon-consent/");
  const consent = await fetch(`${stack.world.origin}${url.pathname}${url.search}`, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(isRewritten ? {} : { "x-sandbox-host": url.host }),
    },
    body: new URLSearchParams({ decision: "approve" }),
  });
  const back = consent.headers.get("location");
  if (back === null)
    throw new Error(
      `the consent page answered ${String(consent.status)}: ${(await consent.text()).slice(0, 300)}`,
    );
  const landed = await fetch(back, { headers: { accept: "text/html" } });
  if (!landed.ok)
    throw new Error(`the app answered Amazon's redirect with ${String(landed.status)}`);
}

/** True once the first market sweep has ended; null before. */
export async function sweptOrNull(onlooker: Onlooker): Promise<true | null> {
  const rows = await onlooker.ask(
    "SELECT 1 FROM connection WHERE channel = 'amazon' AND swept_at IS NOT NULL",
  );
  return rows.length > 0 ? true : null;
}
