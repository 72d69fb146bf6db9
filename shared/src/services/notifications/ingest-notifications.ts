import type { ConnectionId, ShopId } from "../../core/ids.ts";
import type { AppNotices, PoisonMessage, SecretNotice } from "../../ports/app-notices.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ChannelEvent } from "../../ports/notification-source.ts";
import type { SellerConnection, ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { applyEvents, toInboxEvent, type OwnedEvent } from "./apply-events.ts";

/** What taking events in needs from outside. */
export interface IngestDeps {
  readonly inShop: InShop;
  readonly directory: Pick<ShopDirectory, "connectionsOfSeller" | "connectionsOfSubscription">;
  readonly appNotices: Pick<AppNotices, "keep" | "setAside">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of a batch. `strangers` are for sellers nobody is connected to (any more). */
export interface IngestCounts {
  readonly kept: number;
  readonly duplicates: number;
  readonly marked: number;
  readonly strangers: number;
  /** Events that could not be read, or not be taken in: kept with the reason. */
  readonly poison: number;
}

type Deps = IngestDeps;

/**
 * Takes in a batch of notifications: each shop's events with their effects in one transaction, what belongs
 * to the application or to nobody beside them. An event is known by its id, so delivery twice does nothing
 * the second time; of two about one thing the later one by its own instant wins, in any order. One broken
 * event never holds back the others: it is set aside with the reason.
 *
 * The caller acknowledges the batch only after this has returned.
 * @throws what is wrong with the database; nothing that a message could cause.
 */
export async function ingestNotifications(
  deps: Deps,
  events: readonly ChannelEvent[],
): Promise<IngestCounts> {
  const unique = [...new Map(events.map((event) => [event.eventId, event])).values()];
  await keepNotices(deps, unique);
  const { byShop, strangers } = await groupByShop(
    deps,
    unique.filter((event) => event.fact.kind !== "client_secret"),
  );
  const counts = {
    kept: 0,
    duplicates: events.length - unique.length,
    marked: 0,
    strangers: 0,
    poison: 0,
  };
  counts.poison += await setAsideNameless(deps, strangers);
  counts.strangers = strangers.filter(hasName).length;
  for (const [shopId, owned] of byShop) {
    const taken = await takeIn(deps, { shopId, owned });
    counts.kept += taken.kept;
    counts.duplicates += owned.length - taken.kept;
    counts.marked += taken.marked;
    counts.poison += taken.poison;
  }
  return counts;
}

/** What Amazon tells the application itself; a secret that ends is everybody's business. */
async function keepNotices(deps: Deps, events: readonly ChannelEvent[]): Promise<void> {
  const notices: SecretNotice[] = [];
  const now = deps.clock.now();
  for (const { fact, occurredAt } of events) {
    if (fact.kind !== "client_secret") continue;
    const { clientId, endsAt } = fact;
    notices.push({ kind: `client_secret_${fact.what}`, clientId, endsAt, occurredAt });
    const daysLeft = endsAt === null ? "unknown" : daysUntil(endsAt, now);
    deps.logger.error(`amazon_client_secret_${fact.what}`, { clientId, daysLeft });
  }
  await deps.appNotices.keep(notices, now);
}

const DAY_MS = 24 * 60 * 60_000;

/** Whole days from now until then; never negative. */
function daysUntil(then: Date, now: Date): number {
  return Math.max(0, Math.floor((then.getTime() - now.getTime()) / DAY_MS));
}

const hasName = (event: ChannelEvent): boolean =>
  event.sellerId !== "" || event.subscriptionId !== null;

/** Messages that name neither a seller nor a subscription: kept for a person, in no shop. */
async function setAsideNameless(deps: Deps, strangers: readonly ChannelEvent[]): Promise<number> {
  const messages: PoisonMessage[] = strangers
    .filter((event) => !hasName(event))
    .map((event) => ({
      eventId: event.eventId,
      body: textOf(event.payload),
      problem: event.fact.kind === "unreadable" ? event.fact.problem : "names_nobody",
    }));
  if (messages.length > 0)
    deps.logger.error("notification_set_aside", {
      messages: messages.length,
      problem: messages[0]?.problem ?? "",
    });
  await deps.appNotices.setAside(messages, deps.clock.now());
  return messages.length;
}

// The whole of any real message; a longer one is cut, because what matters is how it begins.
const BODY_MAX = 100_000;

function textOf(payload: unknown): string {
  const isText = typeof payload === "object" && payload !== null && "body" in payload;
  const text = isText && typeof payload.body === "string" ? payload.body : JSON.stringify(payload);
  return text.slice(0, BODY_MAX);
}

async function groupByShop(
  deps: Deps,
  events: readonly ChannelEvent[],
): Promise<{ byShop: Map<ShopId, OwnedEvent[]>; strangers: ChannelEvent[] }> {
  const ownersOf = createOwnerLookup(deps);
  const byShop = new Map<ShopId, OwnedEvent[]>();
  const strangers: ChannelEvent[] = [];
  for (const event of events) {
    const connections = new Map<ShopId, ConnectionId[]>();
    for (const { shopId, connectionId } of await ownersOf(event))
      connections.set(shopId, [...(connections.get(shopId) ?? []), connectionId]);
    if (connections.size === 0) {
      strangers.push(event);
      const { sellerId, topic } = event;
      deps.logger.warn("notification_for_nobody", { sellerId, topic });
    }
    for (const [shopId, connectionIds] of connections)
      byShop.set(shopId, [...(byShop.get(shopId) ?? []), { event, connectionIds }]);
  }
  return { byShop, strangers };
}

/**
 * Whose an event is: the connections of its seller, in its region where it names one. Among several that
 * are left, and for messages without a seller, the subscription decides.
 */
function createOwnerLookup(deps: Deps) {
  const asked = new Map<string, Promise<SellerConnection[]>>();
  const ask = (
    question: "connectionsOfSeller" | "connectionsOfSubscription",
    id: string,
  ): Promise<SellerConnection[]> => {
    const key = `${question} ${id}`;
    const known = asked.get(key) ?? deps.directory[question](id);
    asked.set(key, known);
    return known;
  };
  return async ({ sellerId, subscriptionId, region }: ChannelEvent) => {
    const bySubscription =
      subscriptionId === null ? [] : await ask("connectionsOfSubscription", subscriptionId);
    if (sellerId === "") return bySubscription;
    const ofSeller = await ask("connectionsOfSeller", sellerId);
    if (region !== null) return ofSeller.filter((each) => each.region === region);
    const subscribed = new Set(bySubscription.map((each) => each.region));
    // Another shop of the same seller may not have seen this subscription yet: the region is what counts.
    return subscribed.size === 0
      ? ofSeller
      : ofSeller.filter((each) => subscribed.has(each.region));
  };
}

interface ShopWork {
  readonly shopId: ShopId;
  readonly owned: readonly OwnedEvent[];
}

type Taken = { readonly kept: number; readonly marked: number; readonly poison: number };

/** All events of a shop at once; one by one when one of them cannot be taken in. */
async function takeIn(deps: Deps, work: ShopWork): Promise<Taken> {
  try {
    return await takeInTogether(deps, work);
  } catch (cause) {
    if (!isOfTheMessage(cause)) throw cause;
    deps.logger.error("notification_not_taken_in", { shopId: work.shopId }, cause);
  }
  const total = { kept: 0, marked: 0, poison: 0 };
  for (const one of work.owned) {
    const taken = await takeInTogether(deps, { ...work, owned: [one] }).catch((cause: unknown) => {
      if (!isOfTheMessage(cause)) throw cause;
      return setAsideInShop(deps, work.shopId, one);
    });
    total.kept += taken.kept;
    total.marked += taken.marked;
    total.poison += taken.poison;
  }
  return total;
}

async function takeInTogether(deps: Deps, { shopId, owned }: ShopWork): Promise<Taken> {
  return deps.inShop(shopId, async (tx) => {
    const now = deps.clock.now();
    const fresh = await tx.inbox.keep(owned.map(toInboxEvent), now);
    const news = owned.filter(({ event }) => fresh.has(event.eventId));
    const { marked } = await applyEvents(tx, news, now);
    const poison = news.filter(({ event }) => event.fact.kind === "unreadable").length;
    return { kept: fresh.size, marked, poison };
  });
}

/** The row alone, without the payload that the database would not take and without any effect. */
async function setAsideInShop(deps: Deps, shopId: ShopId, one: OwnedEvent): Promise<Taken> {
  const kept = await deps.inShop(shopId, (tx) =>
    tx.inbox.keep(
      [{ ...toInboxEvent(one), payload: {}, state: "poison", note: "could_not_be_taken_in" }],
      deps.clock.now(),
    ),
  );
  return { kept: kept.size, marked: 0, poison: kept.size };
}

/**
 * Whether a message can be blamed: a bug that its content met, or data that the database refuses (SQLSTATE
 * classes 22, 23 and 54). A database that is down or busy is nobody's message.
 */
function isOfTheMessage(cause: unknown): boolean {
  if (cause instanceof TypeError || cause instanceof RangeError) return true;
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return typeof code === "string" && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}
