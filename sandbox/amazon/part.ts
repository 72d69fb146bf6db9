/**
 * Amazon as one part of the sandbox: Login with Amazon, the Selling Partner API of all three regions,
 * Seller Central's consent page, presigned documents and the notification queue.
 */
import { handleControl, parseControlPath } from "../http/control.ts";
import type { SandboxPart } from "../http/part.ts";
import { isLoopbackHost } from "../http/vendor-hosts.ts";
import { handleConsent } from "./consent-page.ts";
import { createAppstore } from "./appstore.ts";
import type { ConsentOptions } from "./authorization.ts";
import { catalogItemsOperations } from "./catalog-items.ts";
import { appstoreVerbs } from "./control/appstore-verbs.ts";
import { amazonControlVerbs } from "./control.ts";
import type { Documents } from "./documents.ts";
import { fbaInventoryOperations } from "./fba-inventory.ts";
import { listingsItemsOperations } from "./listings-items.ts";
import type { Lwa } from "./lwa.ts";
import { isSellerCentralHost, regionOfApiHost } from "./marketplaces.ts";
import type { AmazonRegion } from "./marketplaces.ts";
import { orderMetricsOperations } from "./orders/order-metrics.ts";
import { handlePicture, isPictureHost, PICTURE_PREFIX } from "./pictures.ts";
import { pricing2022Operations } from "./pricing-2022.ts";
import { pricingV0Operations } from "./pricing-v0.ts";
import { productFeesOperations } from "./product-fees.ts";
import { sellersOperations } from "./sellers.ts";
import type { AmazonPartOptions } from "./part-options.ts";
import { createSpApi, queryList } from "./sp-api.ts";
import type { RefusalListener } from "./sp-api.ts";
import { parsePatchRequest, sentPrice } from "./patch-request.ts";
import { createWorld } from "./world.ts";
import type { AmazonWorld } from "./world.ts";

const CONSENT_PREFIX = "/amazon-consent/";

export function createAmazonPart(options: AmazonPartOptions): SandboxPart {
  const world = createWorld(options);
  const spApi = createSpApiOf(options, world);
  const consent: ConsentOptions = {
    applicationId: options.applicationId,
    applicationName: options.applicationName ?? "Calibr",
    registeredRedirectUris: options.registeredRedirectUris,
    stage: () => world.stage(),
    sellers: world.sellers,
    loginUri: options.loginUri ?? null,
    now: () => options.clock.now(),
    issueCode: (sellerId) => world.lwa.issueCode(sellerId),
  };
  const appstore = createAppstore(consent);
  const verbs = { ...amazonControlVerbs(world), ...appstoreVerbs(appstore) };
  return {
    name: "amazon",
    owns: (host, pathname) => isOwnHost(host, world.documents) || isOwnPath(host, pathname),
    async handle(request) {
      const { hostname, pathname } = new URL(request.url);
      if (parseControlPath(pathname)?.part === "amazon") return handleControl(request, verbs);
      if (pathname === "/sqs" || pathname.startsWith("/sqs/")) return world.queues.handle(request);
      if (isSellerCentralHost(hostname) || pathname.startsWith(CONSENT_PREFIX)) {
        if (appstore.owns(pathname)) return appstore.handle(request);
        return handleConsent(request, consent);
      }
      if (isPictureHost(hostname) || pathname.startsWith(PICTURE_PREFIX))
        return handlePicture(request);
      if (world.documents.owns(hostname)) return world.documents.handle(request);
      if (regionOfApiHost(hostname) !== undefined) return spApi(request);
      return handleLogin(request, world.lwa);
    },
    close() {
      world.gates.reset();
      world.offerChanged.close();
      world.offerNotices.close();
      world.queues.close();
    },
  };
}

function isOwnHost(host: string, documents: Documents): boolean {
  return (
    host === "api.amazon.com" ||
    regionOfApiHost(host) !== undefined ||
    isSellerCentralHost(host) ||
    isPictureHost(host) ||
    documents.owns(host)
  );
}

function isOwnPath(host: string, pathname: string): boolean {
  if (!isLoopbackHost(host)) return false;
  const isQueue = pathname === "/sqs" || pathname.startsWith("/sqs/");
  return isQueue || pathname.startsWith(CONSENT_PREFIX) || pathname.startsWith(PICTURE_PREFIX);
}

async function handleLogin(request: Request, lwa: Lwa): Promise<Response> {
  const isToken = new URL(request.url).pathname === "/auth/o2/token" && request.method === "POST";
  return isToken ? lwa.token(request) : new Response("Not Found", { status: 404 });
}

function createSpApiOf(
  options: AmazonPartOptions,
  world: AmazonWorld,
): (request: Request) => Promise<Response> {
  const { clock, market } = options;
  const { sellers, submissions, ledger, lwa, quotas, gates, feeds, reports, notifications } = world;
  const { requestModels } = world;
  const { storeOf } = sellers;
  const regionOf = (sellerId: string): AmazonRegion | undefined => sellers.find(sellerId)?.region;
  const onRefusal: RefusalListener = (operation, call, status) => {
    if (operation.name !== "patchListingsItem") return;
    const parsed = parsePatchRequest(call.body);
    ledger.received({
      at: clock.now(),
      sellerId: call.sellerId,
      sku: call.params["sku"] ?? "",
      marketplaceId: queryList(call, "marketplaceIds")[0] ?? "",
      source: "patch",
      ref: call.requestId,
      priceMinor: "request" in parsed ? sentPrice(parsed.request.patches) : null,
      outcome: `HTTP_${status}`,
      submissionId: null,
    });
  };
  const pricing = { clock, market, storeOf, promotions: world.promotions };
  return createSpApi({
    operations: [
      ...sellersOperations({ sellers, notices: world.notices }),
      ...listingsItemsOperations({ clock, storeOf, submissions, ledger }),
      ...pricingV0Operations(pricing),
      ...pricing2022Operations(pricing),
      ...productFeesOperations({ clock, storeOf }),
      ...fbaInventoryOperations({ clock, storeOf }),
      ...feeds.operations,
      ...catalogItemsOperations({ market, sellers }),
      ...orderMetricsOperations(world.orders),
      ...reports.operations,
      ...world.schedules.operations,
      ...notifications.operations,
    ],
    lwa,
    quotas,
    gates,
    weather: world.weather,
    counts: world.counts,
    requestModels,
    regionOf,
    onRefusal,
  });
}
