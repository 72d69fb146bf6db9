import { BlockStack, Card, Page } from "@shopify/polaris";
import { ClockIcon } from "@shopify/polaris-icons";
import {
  PRICE_CHANGE_STATES,
  type PriceChangeState,
  isInFlight,
} from "@calibr/shared/core/changes/states";
import type { ActivityRow, PageOf } from "@calibr/shared/ports/shop-views";
import { plural } from "../copy/money.ts";
import { STATE_WORDS } from "../copy/states.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { ActivityTable } from "./activity-table.tsx";
import { Empty } from "./empty.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { Pager } from "./pager.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useMoveChanges } from "./use-move-changes.ts";

export interface ActivityPageProps extends PageFacts {
  readonly ask: { readonly after: string | null; readonly state: PriceChangeState | null };
  readonly page: PageOf<ActivityRow>;
}

/** What happened to prices, step by step, with the way back. */
export function ActivityPage({ now, isPhone, ask, page }: ActivityPageProps) {
  const moves = useMoveChanges(page.rows);
  const newest = PRICE_CHANGE_STATES.find((state) => state === page.rows[0]?.event.toState);
  useAutoRefresh(moves.isMoving || (newest !== undefined && isInFlight(newest)));
  return (
    <Page title="Activity" subtitle={plural(page.total, "step")} fullWidth>
      <BlockStack gap="400">
        <OutcomeBanner {...moves.banner} />
        <Card padding="0">
          <div className="toolbar">
            <FilterChips label="State" chips={stateChips(ask.state)} />
          </div>
          {page.rows.length === 0 ? (
            <Empty
              icon={ClockIcon}
              title={ask.state === null ? "Nothing has happened yet" : "Nothing here now"}
            >
              <p>
                Every proposal, approval, push and proof is kept here, and none of it can be edited.
              </p>
            </Empty>
          ) : (
            <ActivityTable
              rows={page.rows}
              now={now}
              isPhone={isPhone}
              isBusy={moves.isMoving}
              movingIds={moves.movingIds}
              onUndo={(ids) => moves.move("undo", { ids, isAll: false })}
            />
          )}
          <Pager
            shown={page.rows.length}
            total={page.total}
            noun="steps"
            firstUrl={ask.after === null ? null : paths.activity({ state: ask.state })}
            nextUrl={
              page.next === null ? null : paths.activity({ state: ask.state, after: page.next })
            }
          />
        </Card>
      </BlockStack>
    </Page>
  );
}

function stateChips(current: PriceChangeState | null) {
  return [
    { url: paths.activity(), text: "All", isCurrent: current === null },
    ...PRICE_CHANGE_STATES.map((state) => ({
      url: paths.activity({ state }),
      text: STATE_WORDS[state].label,
      isCurrent: current === state,
    })),
  ];
}
