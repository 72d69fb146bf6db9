/** The verbs of `/control/shopify/<verb>`; `shop` may be left out while there is one store. */
import {
  ControlError,
  flagArgument,
  optionalText,
  textArgument,
  wholeArgument,
} from "../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../http/control.ts";
import { parseDecimal, formatDecimal } from "./decimal.ts";
import { gid } from "./gid.ts";
import { installApp, setScopes, uninstallApp } from "./installation.ts";
import { placeOrder } from "./orders.ts";
import { SENTINELS } from "./sentinels.ts";
import type { StoreState, StoreVariant } from "./state.ts";
import { changeVariants } from "./store-writer.ts";
import { webhookVerbs } from "./webhook-control.ts";
import type { ShopifyWorld } from "./world-state.ts";

export interface StoreKeeper {
  readonly world: ShopifyWorld;
  /** Adds a store, seeded like the first one; `isInstalled` false leaves the app off it. */
  addStore(options: { domain: string; name: string; isInstalled: boolean }): StoreState;
  /** Every store back to its seed, ledger and log empty. */
  reset(): void;
  logEntries(): readonly unknown[];
}

export function controlVerbs(keeper: StoreKeeper): ControlVerbs {
  return {
    ...storeVerbs(keeper),
    ...editVerbs(keeper.world),
    ...appVerbs(keeper),
    ...holdVerbs(keeper.world),
    ...webhookVerbs(keeper.world, (args) => storeOf(keeper.world, args)),
  };
}

function storeVerbs(keeper: StoreKeeper): ControlVerbs {
  const { world } = keeper;
  return {
    shops: () => [...world.stores.values()].map(describeStore),
    add_shop: (args) =>
      describeStore(
        keeper.addStore({
          domain: textArgument(args, "shop"),
          name: optionalText(args, "name") ?? textArgument(args, "shop"),
          isInstalled: flagArgument(args, "installed"),
        }),
      ),
    variant: (args) => {
      const store = storeOf(world, args);
      return describeVariant(store, variantOf(store, args));
    },
    ledger: (args) => {
      const shop = optionalText(args, "shop");
      const sku = optionalText(args, "sku");
      return world.ledger.read({
        ...(shop === undefined ? {} : { shop }),
        ...(sku === undefined ? {} : { sku }),
      });
    },
    place_order: (args) => {
      const store = storeOf(world, args);
      const quantity = wholeArgument(args, "quantity", 1);
      const order = placeOrder(world, store, [{ variant: variantOf(store, args), quantity }]);
      return { id: gid("Order", order.id), name: order.name };
    },
    sentinels: () => SENTINELS.map(([marker, , meaning]) => ({ marker, meaning })),
    log: () => keeper.logEntries(),
    reset: () => keeper.reset(),
  };
}

function editVerbs(world: ShopifyWorld): ControlVerbs {
  return {
    // "Someone in the admin" changes a price; `by` names them.
    edit_price: (args) => {
      const store = storeOf(world, args);
      const variant = variantOf(store, args);
      const compareAt = args["compareAt"];
      changeVariants(world, store, {
        product: variant.product,
        by: { kind: "admin", name: optionalText(args, "by") ?? "Store owner" },
        variants: [
          {
            variant,
            priceMinor: moneyArgument(store, args, "price"),
            ...(compareAt === undefined
              ? {}
              : {
                  compareAtMinor:
                    compareAt === null ? null : moneyArgument(store, args, "compareAt"),
                }),
          },
        ],
      });
      return describeVariant(store, variant);
    },
    edit_variant: (args) => {
      const store = storeOf(world, args);
      const variant = variantOf(store, args);
      const cost = args["cost"];
      changeVariants(world, store, {
        product: variant.product,
        by: { kind: "admin", name: optionalText(args, "by") ?? "Store owner" },
        variants: [
          {
            variant,
            ...(args["newSku"] === undefined ? {} : { sku: textArgument(args, "newSku") }),
            ...(args["barcode"] === undefined ? {} : { barcode: textArgument(args, "barcode") }),
            ...(cost === undefined
              ? {}
              : { costMinor: cost === null ? null : moneyArgument(store, args, "cost") }),
          },
        ],
      });
      return describeVariant(store, variant);
    },
  };
}

function appVerbs({ world }: StoreKeeper): ControlVerbs {
  return {
    install: (args) => {
      const store = storeOf(world, args);
      installApp(world, store);
      return describeStore(store);
    },
    uninstall: (args) => {
      const store = storeOf(world, args);
      uninstallApp(world, store);
      return describeStore(store);
    },
    set_scopes: (args) => {
      const store = storeOf(world, args);
      setScopes(world, store, textArgument(args, "scopes").split(","));
      return describeStore(store);
    },
    revoke_tokens: (args) => ({ revoked: world.tokens.revoke(storeOf(world, args).domain) }),
    expire_tokens: (args) => ({ expired: world.tokens.expireAccess(storeOf(world, args).domain) }),
    token_lives: (args) => {
      world.tokens.setLives({
        accessSeconds: wholeArgument(args, "accessSeconds", 3600),
        refreshSeconds: wholeArgument(args, "refreshSeconds", 7_776_000),
      });
    },
    throttle: (args) => {
      const { throttle } = storeOf(world, args);
      const whole = (name: string): Record<string, number> =>
        args[name] === undefined ? {} : { [name]: wholeArgument(args, name) };
      throttle.configure({
        ...whole("maximumAvailable"),
        ...whole("restoreRate"),
        ...whole("currentlyAvailable"),
      });
      return throttle.status();
    },
  };
}

function holdVerbs({ holds }: ShopifyWorld): ControlVerbs {
  return {
    // The next `count` mutations, or queries of that name, stop before they take effect, or after and before the answer.
    hold: (args) => {
      const at = textArgument(args, "at");
      if (at !== "before" && at !== "after") throw new ControlError('"at" is "before" or "after"');
      const query = optionalText(args, "query") ?? null;
      holds.arm({ at, count: wholeArgument(args, "count", 1), query });
    },
    held: () => holds.held(),
    wait_held: async (args) => ({
      isHeld: await holds.waitFor(
        wholeArgument(args, "count", 1),
        wholeArgument(args, "timeoutMs", 10_000),
      ),
    }),
    release: (args) => ({ released: holds.release(flagArgument(args, "drop")) }),
  };
}

function storeOf(world: ShopifyWorld, args: ControlArguments): StoreState {
  const domain = optionalText(args, "shop");
  const [first] = world.stores.values();
  const store = domain === undefined ? first : world.stores.get(domain);
  if (store === undefined) throw new ControlError(`no store ${domain ?? ""}`);
  return store;
}

function variantOf(store: StoreState, args: ControlArguments): StoreVariant {
  const sku = textArgument(args, "sku");
  const variant = [...store.variants.values()].find((candidate) => candidate.sku === sku);
  if (variant === undefined) throw new ControlError(`no variant with SKU ${sku}`);
  return variant;
}

function moneyArgument(store: StoreState, args: ControlArguments, name: string): number {
  const minor = parseDecimal(textArgument(args, name), store.decimals);
  if (minor === undefined) throw new ControlError(`"${name}" must be a decimal number as text`);
  return minor;
}

function describeStore(store: StoreState): object {
  return {
    domain: store.domain,
    name: store.name,
    currency: store.currency,
    products: store.products.size,
    variants: store.variants.size,
    isInstalled: store.installation.isInstalled,
    scopes: store.installation.scopes,
  };
}

function describeVariant(store: StoreState, variant: StoreVariant): object {
  const money = (minor: number | null): string | null =>
    minor === null ? null : formatDecimal(minor, store.decimals);
  return {
    shop: store.domain,
    id: gid("ProductVariant", variant.id),
    productId: gid("Product", variant.product.id),
    inventoryItemId: gid("InventoryItem", variant.inventoryItemId),
    title: `${variant.product.title} - ${variant.title}`,
    sku: variant.sku,
    barcode: variant.barcode,
    price: money(variant.priceMinor),
    compareAtPrice: money(variant.compareAtMinor),
    cost: money(variant.costMinor),
    inventory: variant.inventory,
    updatedAt: variant.updatedAt.toISOString(),
  };
}
