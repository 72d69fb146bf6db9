import { Link, useNavigate } from "@remix-run/react";
import { Button, Card, IndexTable, Page, Select } from "@shopify/polaris";
import { RefreshIcon, SearchIcon } from "@shopify/polaris-icons";
import type { PageOf } from "@calibr/shared/ports/shop-views";
import {
  SYNC_KINDS,
  SYNC_STATES,
  type SyncAccountView,
  type SyncFilter,
  type SyncRunView,
} from "@calibr/shared/ports/sync-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { countWords } from "../copy/money.ts";
import { SYNC_KIND_WORDS, SYNC_STATE_WORDS } from "../copy/syncs.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { Pager } from "./pager.tsx";
import { RunBadge, runDuration, runOutcome, runTitle } from "./sync-runs.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useIsPhone } from "./use-is-phone.ts";

export interface SyncsPageProps extends PageFacts {
  readonly ask: SyncFilter & { readonly after: string | null };
  readonly page: PageOf<SyncRunView>;
  readonly accounts: readonly SyncAccountView[];
}

/** Every run of an import, a market check or another reading, newest first. */
export function SyncsPage({ ask, page, accounts, now, isPhone }: SyncsPageProps) {
  useAutoRefresh(page.rows.some((run) => run.state === "running"));
  const { connectionId: connection, kind, state, after } = ask;
  const isFiltered = connection !== null || kind !== null || state !== null;
  const query = { connection, kind, state };
  return (
    <Page
      title="Sync history"
      backAction={{ content: "Connections", url: paths.connections() }}
      fullWidth
    >
      <Card padding="0">
        <SyncFilters query={query} accounts={accounts} />
        {page.rows.length === 0 ? (
          <NoSyncs isFiltered={isFiltered} />
        ) : (
          <SyncsTable rows={page.rows} accounts={accounts} now={now} isPhone={isPhone} />
        )}
        <Pager
          shown={page.rows.length}
          total={page.total}
          noun="runs"
          firstUrl={after === null ? null : paths.syncs(query)}
          nextUrl={page.next === null ? null : paths.syncs({ ...query, after: page.next })}
        />
      </Card>
    </Page>
  );
}

type Query = NonNullable<Parameters<typeof paths.syncs>[0]>;

function SyncFilters({ query, accounts }: { query: Query; accounts: readonly SyncAccountView[] }) {
  const navigate = useNavigate();
  const { connection = null, kind = null, state = null } = query;
  return (
    <div className="toolbar">
      <FilterChips
        label="Kind"
        chips={[null, ...SYNC_KINDS].map((each) => ({
          url: paths.syncs({ ...query, kind: each }),
          text: each === null ? "All" : SYNC_KIND_WORDS[each],
          isCurrent: each === kind,
        }))}
      />
      <div className="toolbar-fields">
        <Select
          label="Account"
          labelHidden
          options={[
            { label: "All accounts", value: "" },
            ...accounts.map((account) => ({
              label: accountName(account),
              value: account.connectionId,
            })),
          ]}
          value={connection ?? ""}
          onChange={(value) => navigate(paths.syncs({ ...query, connection: value }))}
        />
        <Select
          label="State"
          labelHidden
          options={[
            { label: "Any state", value: "" },
            ...SYNC_STATES.map((each) => ({ label: SYNC_STATE_WORDS[each], value: each })),
          ]}
          value={state ?? ""}
          onChange={(value) =>
            navigate(
              paths.syncs({ ...query, state: SYNC_STATES.find((each) => each === value) ?? null }),
            )
          }
        />
      </div>
    </div>
  );
}

/** "Amazon A3CALIBRDEMO01 (na)". */
export function accountName(account: SyncAccountView): string {
  const region = account.region === "" ? "" : ` (${account.region.toUpperCase()})`;
  return `${CHANNEL_NAMES[account.channel]} ${account.accountId}${region}`;
}

interface RowsProps {
  readonly rows: readonly SyncRunView[];
  readonly accounts: readonly SyncAccountView[];
  readonly now: string;
  readonly isPhone: boolean;
}

function SyncsTable({ rows, accounts, now, isPhone: hint }: RowsProps) {
  const isPhone = useIsPhone(hint);
  const hasSeveral = accounts.filter((account) => account.channel === "amazon").length > 1;
  return (
    <IndexTable
      selectable={false}
      condensed={isPhone}
      itemCount={rows.length}
      resourceName={{ singular: "run", plural: "runs" }}
      headings={[
        { title: "Run" },
        { title: "Found" },
        { title: "Started" },
        { title: "Took" },
        { title: "Differences", alignment: "end" },
        { title: "State" },
      ]}
    >
      {rows.map((run, position) => (
        <IndexTable.Row key={run.runId} id={run.runId} position={position}>
          {isPhone ? (
            <PhoneRun run={run} now={now} hasSeveral={hasSeveral} />
          ) : (
            <WideRun run={run} now={now} hasSeveral={hasSeveral} />
          )}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

interface RunProps {
  readonly run: SyncRunView;
  readonly now: string;
  readonly hasSeveral: boolean;
}

function WideRun({ run, now, hasSeveral }: RunProps) {
  return (
    <>
      <IndexTable.Cell>
        <RunName run={run} hasSeveral={hasSeveral} />
      </IndexTable.Cell>
      <IndexTable.Cell className="cell-why">{runOutcome(run)}</IndexTable.Cell>
      <IndexTable.Cell>
        <Ago at={run.startedAt} now={now} />
      </IndexTable.Cell>
      <IndexTable.Cell>{runDuration(run) ?? "–"}</IndexTable.Cell>
      <IndexTable.Cell>
        <span className="cell-end">
          {run.differences === 0 ? "–" : countWords(run.differences)}
        </span>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <RunBadge state={run.state} />
      </IndexTable.Cell>
    </>
  );
}

function PhoneRun({ run, now, hasSeveral }: RunProps) {
  return (
    <div className="phone-row">
      <div className="listing-head">
        <RunName run={run} hasSeveral={hasSeveral} />
        <RunBadge state={run.state} />
      </div>
      <span>{runOutcome(run)}</span>
      <span className="quiet">
        <Ago at={run.startedAt} now={now} />
        {run.differences > 0 && `, ${countWords(run.differences)} different`}
      </span>
    </div>
  );
}

function RunName({ run, hasSeveral }: Omit<RunProps, "now">) {
  return (
    <div className="product-name">
      <Link to={paths.sync(run.runId)} className="plain-link" data-primary-link>
        {runTitle(run)}
      </Link>
      {hasSeveral && run.channel === "amazon" && (
        <span className="meta">{`${run.accountId} (${run.region.toUpperCase()})`}</span>
      )}
    </div>
  );
}

function NoSyncs({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty
        icon={SearchIcon}
        title="No run fits"
        action={<Button url={paths.syncs()}>Show all runs</Button>}
      >
        <p>No run of this kind, account and state in the last month.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={RefreshIcon} title="Nothing has been read yet">
      <p>The first import is listed here as soon as it starts.</p>
    </Empty>
  );
}
