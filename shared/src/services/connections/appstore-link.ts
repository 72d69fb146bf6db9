import { readAmazonCallback } from "../../core/amazon-callback.ts";
import { AppError } from "../../core/app-error.ts";
import * as read from "../../core/json/decode.ts";
import type { ShopId } from "../../core/ids.ts";
import { parseShopDomain } from "../../core/shop-domain.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SealBox } from "../../ports/seal-box.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { AMAZON_CALLBACK_PATH, FLOW_MS, type AmazonApp } from "./start-amazon-link.ts";
import { APPSTORE_TICKET_PURPOSE } from "./seal-purposes.ts";

/** What Amazon's Appstore sends a seller to us with; nothing of it is proven. */
export interface AppstoreVisit {
  readonly callbackUri: string | null;
  readonly amazonState: string | null;
  readonly sellerId: string | null;
  /** The word `beta` for an app that is still a draft. */
  readonly version: string | null;
}

/** The shop's page to go on at, or what is wrong. */
export type AppstoreTicket =
  | { readonly kind: "ticket"; readonly ticket: string; readonly shopHandle: string }
  | {
      readonly kind: "refused";
      readonly code: "incomplete_visit" | "unknown_callback" | "unknown_shop";
    };

/** What a page asks the merchant to confirm, or what is wrong. */
export type AppstoreOffer =
  | { readonly kind: "offer"; readonly sellerId: string }
  | { readonly kind: "refused"; readonly code: "ticket_ended" };

/** Amazon's page to go on at, or what is wrong. */
export type AppstoreStart =
  | { readonly kind: "started"; readonly url: string }
  | { readonly kind: "refused"; readonly code: "ticket_ended" };

interface TicketDeps {
  readonly clock: Clock;
  readonly sealBox: SealBox;
  readonly directory: Pick<ShopDirectory, "shopIdOfDomain">;
}

// Amazon's own state is a few hundred characters; more is no visit of Amazon's.
const PART_MAX = 2_000;

/** Whether a visit is one that could go on: complete, and from an address of Amazon's. */
export function checkAppstoreVisit(
  visit: AppstoreVisit,
): "good" | "incomplete_visit" | "unknown_callback" {
  const { callbackUri, amazonState, sellerId } = visit;
  if (!callbackUri || !amazonState || amazonState.length > PART_MAX) return "incomplete_visit";
  if (sellerId === null || !/^[A-Z0-9]{8,20}$/.test(sellerId)) return "incomplete_visit";
  if (callbackUri.length > PART_MAX) return "incomplete_visit";
  return readAmazonCallback(callbackUri) === null ? "unknown_callback" : "good";
}

/**
 * Turns a visit and a shop's domain into a ticket for that shop's own admin, where somebody of the shop is signed
 * in and can say yes. The ticket is sealed, names the one shop it is for and ends with Amazon's ten minutes. The
 * shop need not be known: whoever follows the link installs the app first.
 */
export function makeAppstoreTicket(
  deps: Pick<TicketDeps, "clock" | "sealBox">,
  ask: { visit: AppstoreVisit; shop: string },
): AppstoreTicket {
  const { visit } = ask;
  const checked = checkAppstoreVisit(visit);
  if (checked !== "good") return { kind: "refused", code: checked };
  const domain = readShop(ask.shop);
  if (domain === null) return { kind: "refused", code: "unknown_shop" };
  const ticket: Ticket = {
    callbackUri: visit.callbackUri ?? "",
    amazonState: visit.amazonState ?? "",
    sellerId: visit.sellerId ?? "",
    isBeta: visit.version === "beta",
    domain,
    endsAt: new Date(deps.clock.now().getTime() + FLOW_MS).toISOString(),
  };
  return {
    kind: "ticket",
    ticket: deps.sealBox.seal(JSON.stringify(ticket), APPSTORE_TICKET_PURPOSE),
    shopHandle: domain.replace(/\.myshopify\.com$/, ""),
  };
}

/** What a ticket offers the shop that is signed in. */
export async function readAppstoreOffer(
  deps: TicketDeps,
  ask: { shopId: ShopId; ticket: string },
): Promise<AppstoreOffer> {
  const ticket = await openTicket(deps, ask);
  if (ticket === null) return { kind: "refused", code: "ticket_ended" };
  return { kind: "offer", sellerId: ticket.sellerId };
}

/**
 * Begins the link that a ticket stands for, once, and names Amazon's page to go on at. The answer must be about
 * the seller whom the ticket names.
 * Source: SP-API "Appstore authorization workflow", read 2026-11.
 */
export async function startAppstoreLink(
  deps: TicketDeps & {
    readonly inShop: InShop;
    readonly randomBytes: (length: number) => Uint8Array;
    readonly sha256Bytes: (bytes: Uint8Array) => Uint8Array;
    readonly amazonApp: AmazonApp;
    readonly appUrl: string;
  },
  ask: { shopId: ShopId; ticket: string },
): Promise<AppstoreStart> {
  const ticket = await openTicket(deps, ask);
  const callback = ticket === null ? null : readAmazonCallback(ticket.callbackUri);
  if (ticket === null || callback === null) return { kind: "refused", code: "ticket_ended" };
  const state = Buffer.from(deps.randomBytes(32)).toString("base64url");
  const hashOf = (text: string) => deps.sha256Bytes(new TextEncoder().encode(text));
  const redirectUri = new URL(AMAZON_CALLBACK_PATH, deps.appUrl).href;
  const startedAt = deps.clock.now();
  const linkId = await deps.inShop(ask.shopId, (tx) =>
    tx.connections.startLink({
      stateHash: hashOf(state),
      region: callback.region,
      redirectUri,
      startedAt,
      expiresAt: new Date(ticket.endsAt),
      appstore: { sellerId: ticket.sellerId, ticketHash: hashOf(ask.ticket) },
    }),
  );
  if (linkId === null) return { kind: "refused", code: "ticket_ended" };
  const url = new URL(callback.href);
  url.searchParams.set("redirect_uri", redirectUri);
  url.searchParams.set("amazon_state", ticket.amazonState);
  url.searchParams.set("state", state);
  if (ticket.isBeta || deps.amazonApp.stage === "draft") url.searchParams.set("version", "beta");
  return { kind: "started", url: url.href };
}

/** What a ticket holds; only we can have written it. */
interface Ticket {
  readonly callbackUri: string;
  readonly amazonState: string;
  readonly sellerId: string;
  readonly isBeta: boolean;
  readonly domain: string;
  readonly endsAt: string;
}

const ticketDecoder = read.object<Ticket>({
  callbackUri: read.text,
  amazonState: read.text,
  sellerId: read.text,
  isBeta: read.flag,
  domain: read.text,
  endsAt: read.text,
});

/** Opens a ticket for the shop it was made for; null when it is another's, over, or not ours. */
async function openTicket(
  deps: TicketDeps,
  ask: { shopId: ShopId; ticket: string },
): Promise<Ticket | null> {
  let text: string;
  try {
    text = deps.sealBox.open(ask.ticket, APPSTORE_TICKET_PURPOSE);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "seal_unreadable") return null;
    throw cause;
  }
  const ticket = ticketDecoder(JSON.parse(text), "ticket");
  if (Date.parse(ticket.endsAt) <= deps.clock.now().getTime()) return null;
  return (await deps.directory.shopIdOfDomain(ticket.domain)) === ask.shopId ? ticket : null;
}

/** A shop as a person types it: its handle, its domain, or an address with it. */
function readShop(typed: string): string | null {
  const text = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "");
  const admin = /^admin\.shopify\.com\/store\/([^/?#]+)/.exec(text);
  const name = admin?.[1] ?? text.split(/[/?#]/)[0] ?? "";
  return parseShopDomain(name.includes(".") ? name : `${name}.myshopify.com`);
}
