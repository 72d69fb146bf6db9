import type { CatalogReportState, CatalogSource } from "@calibr/shared/ports/catalog-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { Clock } from "@calibr/shared/ports/clock";
import { readAccountFacts } from "../accounts/account-facts.ts";
import type { SpClient } from "../client/client.ts";
import type { ReportClient } from "../reports/report-client.ts";
import { readReportRows } from "../reports/report-rows.ts";
import { readAsinFacts } from "./asin-facts.ts";
import { estimateFees } from "./fee-estimates.ts";
import { readChanges } from "./listing-changes.ts";
import { readDetails } from "./listing-details.ts";
import { readStock } from "./stock.ts";

/** The only full list of a seller's listings: searchListingsItems stops at 1,000. */
const REPORT_TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA";

/** A seller's catalogue by report, look-ups and searches. */
export function createAmazonCatalogSource(parts: {
  readonly client: SpClient;
  readonly reports: ReportClient;
  readonly clock: Clock;
}): CatalogSource {
  const { client, reports, clock } = parts;
  const by = (account: ChannelAccount) => ({ client, clock, account });
  return {
    readAccount: (account, signal) => readAccountFacts(client, account, signal),
    requestCatalog: (account, marketplaceId, signal) =>
      reports.requestReport(
        account,
        { type: REPORT_TYPE, marketplaceIds: [marketplaceId] },
        signal,
      ),
    async checkCatalog(account, reportId, signal): Promise<CatalogReportState> {
      const state = await reports.checkReport(account, reportId, signal);
      if (state.kind !== "failed") return state;
      const reason = await reports.readReason(account, state.documentId, signal);
      return { kind: "failed", reason };
    },
    async *readCatalog(account, { documentId, marketplaceId }, signal) {
      const document = { documentId, marketplaceIds: [marketplaceId] };
      yield* readReportRows(await reports.openReportTable(account, document, signal));
    },
    readDetails: (account, lookup, signal) => readDetails(by(account), lookup, signal),
    readChanges: (account, question, signal) => readChanges(by(account), question, signal),
    readAsins: (account, question, signal) => readAsinFacts(by(account), question, signal),
    readStock: (account, question, signal) => readStock(by(account), question, signal),
    estimateFees: (account, question, signal) => estimateFees(by(account), question, signal),
  };
}
