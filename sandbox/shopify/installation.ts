/**
 * The app's life on a store: `installed` ⇄ `uninstalled`. Uninstalling kills every token
 * at once, drops API-made subscriptions and tells the app; 48 hours later shop/redact
 * follows. Installing again starts afresh with the scopes of the TOML.
 */
import type { StoreState } from "./state.ts";
import { emit } from "./webhook-events.ts";
import type { ShopifyWorld } from "./world-state.ts";

const REDACT_AFTER_MS = 48 * 3_600_000;

export function installApp(world: ShopifyWorld, store: StoreState): void {
  const { installation } = store;
  if (!installation.isInstalled) {
    installation.isInstalled = true;
    installation.scopes = [...world.app.scopes];
    installation.installedAt = world.clock.now();
  }
  world.log("app_installed", { shop: store.domain });
}

export function uninstallApp(world: ShopifyWorld, store: StoreState): void {
  if (!store.installation.isInstalled) return;
  world.tokens.revoke(store.domain);
  store.installation.isInstalled = false;
  store.installation.scopes = [];
  store.subscriptions.length = 0;
  world.log("app_uninstalled", { shop: store.domain });
  emit(world, store, "app/uninstalled", {
    id: store.id,
    name: store.name,
    domain: store.domain,
    myshopify_domain: store.domain,
    email: store.email,
  });
  const { installedAt } = store.installation;
  world.clock.after(REDACT_AFTER_MS, () => {
    const cameBack = store.installation.installedAt !== installedAt;
    if (cameBack || store.installation.isInstalled) return;
    emit(world, store, "shop/redact", { shop_id: store.id, shop_domain: store.domain });
  });
}

export function setScopes(world: ShopifyWorld, store: StoreState, scopes: readonly string[]): void {
  const previous = store.installation.scopes;
  store.installation.scopes = [...new Set(scopes)];
  emit(world, store, "app/scopes_update", {
    id: store.installation.id,
    previous,
    current: store.installation.scopes,
    updated_at: world.clock.now().toISOString(),
  });
}
