/** The store itself and the app's installation on it. */
import type { CallContext } from "./call-context.ts";
import { gid } from "./gid.ts";
import { metafieldNode } from "./metafields.ts";

export function shopNode(context: CallContext): object {
  const { store } = context;
  const id = gid("Shop", store.id);
  return {
    __typename: "Shop",
    id,
    name: store.name,
    email: store.email,
    contactEmail: store.email,
    myshopifyDomain: store.domain,
    url: `https://${store.domain}`,
    currencyCode: store.currency,
    enabledPresentmentCurrencies: [
      ...new Set([store.currency, ...store.markets.map(({ currency }) => currency)]),
    ],
    ianaTimezone: store.timezone,
    timezoneAbbreviation: "EST",
    timezoneOffset: "-0500",
    timezoneOffsetMinutes: -300,
    taxesIncluded: false,
    taxShipping: false,
    weightUnit: "POUNDS",
    unitSystem: "IMPERIAL_SYSTEM",
    setupRequired: false,
    plan: {
      displayName: "Basic",
      publicDisplayName: "Basic",
      partnerDevelopment: false,
      shopifyPlus: false,
    },
    primaryDomain: {
      id: gid("Domain", store.id),
      host: store.domain,
      url: `https://${store.domain}`,
      sslEnabled: true,
    },
    shopAddress: {
      id: gid("ShopAddress", store.id),
      countryCodeV2: store.countryCode,
      country: "United States",
      formatted: [],
    },
    metafield: (args: { namespace: string; key: string }) => metafieldNode(context, id, args),
  };
}

export function installationNode(context: CallContext): object {
  const { installation } = context.store;
  const id = gid("AppInstallation", installation.id);
  return {
    __typename: "AppInstallation",
    id,
    accessScopes: installation.scopes.map((handle) => ({ handle, description: handle })),
    activeSubscriptions: [],
    launchUrl: context.world.app.appUrl,
    uninstallUrl: null,
    metafield: (args: { namespace: string; key: string }) => metafieldNode(context, id, args),
  };
}

export function appRevokeAccessScopes(
  context: CallContext,
  { scopes }: { scopes: readonly string[] },
): object {
  const { installation } = context.store;
  const required = scopes.filter((scope) => context.world.app.scopes.includes(scope));
  if (required.length > 0) {
    const message = `Scopes ${required.join(", ")} are required by the app`;
    const code = "CANNOT_REVOKE_REQUIRED_SCOPES";
    return { revoked: [], userErrors: [{ field: ["scopes"], message, code }] };
  }
  const revoked = scopes.filter((scope) => installation.scopes.includes(scope));
  installation.scopes = installation.scopes.filter((scope) => !revoked.includes(scope));
  return {
    revoked: revoked.map((handle) => ({ handle, description: handle })),
    userErrors: [],
  };
}
