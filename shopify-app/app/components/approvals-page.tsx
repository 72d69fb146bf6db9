import { BlockStack, Card, Page } from "@shopify/polaris";
import { CheckCircleIcon, SearchIcon } from "@shopify/polaris-icons";
import { CHANNELS, type Channel } from "@calibr/shared/core/channel";
import type { ChangeView, PageOf } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { plural } from "../copy/money.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { ApprovalsTable } from "./approvals-table.tsx";
import { Empty } from "./empty.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { Pager } from "./pager.tsx";
import { SearchForm } from "./search-form.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useMoveChanges } from "./use-move-changes.ts";
import { useRowKeys } from "./use-row-keys.ts";

export interface ApprovalsPageProps extends PageFacts {
  readonly filter: {
    readonly after: string | null;
    readonly channel: Channel | null;
    readonly query: string | null;
  };
  readonly page: PageOf<ChangeView>;
}

/** Everything that waits for a person: look, then approve or reject, one by one or all together. */
export function ApprovalsPage({ now, isPhone, filter, page }: ApprovalsPageProps) {
  const moves = useMoveChanges(page.rows);
  useAutoRefresh(moves.isMoving);
  const one = (intent: "approve" | "reject") => (changeId: string) =>
    moves.move(intent, { ids: [changeId], isAll: false });
  useRowKeys({ onApprove: one("approve"), onReject: one("reject") });
  const isFiltered = filter.channel !== null || filter.query !== null;
  const { channel, query: q } = filter;
  return (
    <Page title="Approvals" subtitle={subtitle(page.total, isFiltered)} fullWidth>
      <BlockStack gap="400">
        <OutcomeBanner {...moves.banner} />
        <Card padding="0">
          <div className="toolbar">
            <FilterChips label="Channel" chips={channelChips(filter)} />
            <SearchForm
              action={paths.approvals()}
              label="Search product, SKU or ASIN"
              query={q}
              kept={{ channel }}
            />
          </div>
          {page.rows.length === 0 ? (
            <NothingWaits isFiltered={isFiltered} />
          ) : (
            <ApprovalsTable
              rows={page.rows}
              total={page.total}
              canTakeAll={!isFiltered}
              now={now}
              isPhone={isPhone}
              isBusy={moves.isMoving}
              movingIds={moves.movingIds}
              onMove={(intent, choice) => moves.move(intent, choice)}
            />
          )}
          <Pager
            shown={page.rows.length}
            total={page.total}
            noun="waiting prices"
            firstUrl={filter.after === null ? null : paths.approvals({ channel, q })}
            nextUrl={page.next === null ? null : paths.approvals({ channel, q, after: page.next })}
          />
        </Card>
        {page.rows.length > 0 && <KeyboardHelp />}
      </BlockStack>
    </Page>
  );
}

function subtitle(total: number, isFiltered: boolean): string {
  if (isFiltered) return `${plural(total, "price")} shown by this filter`;
  return total === 0 ? "Nothing waits" : `${plural(total, "price")} waiting for you`;
}

function channelChips({ channel, query: q }: ApprovalsPageProps["filter"]) {
  const all = { url: paths.approvals({ q }), text: "All channels", isCurrent: channel === null };
  return [
    all,
    ...CHANNELS.map((each) => ({
      url: paths.approvals({ q, channel: each }),
      text: CHANNEL_NAMES[each],
      isCurrent: channel === each,
    })),
  ];
}

function NothingWaits({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty icon={SearchIcon} title="No waiting price fits">
        <p>Change the channel or the search.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={CheckCircleIcon} title="Nothing waits for you">
      <p>
        When the market moves and a price should follow, the proposal appears here with its reason.
      </p>
    </Empty>
  );
}

function KeyboardHelp() {
  return (
    <p className="keys">
      <kbd>j</kbd> next <kbd>k</kbd> previous <kbd>a</kbd> approve <kbd>r</kbd> reject
    </p>
  );
}
