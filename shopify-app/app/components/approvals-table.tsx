import { Button, IndexTable, InlineStack, useIndexResourceState } from "@shopify/polaris";
import { useState } from "react";
import type { ChangeView } from "@calibr/shared/ports/shop-views";
import { ApprovalCells, ApprovalPhoneRow } from "./approval-row.tsx";
import { type BulkChoice, stillThere } from "./bulk-choice.ts";
import { MoveConfirm } from "./move-confirm.tsx";
import { useIsPhone } from "./use-is-phone.ts";

type Verb = "approve" | "reject";

/** The waiting prices as rows that can be selected. */
export function ApprovalsTable(props: {
  rows: readonly ChangeView[];
  total: number;
  /** False while a filter hides some of what waits: "all" would mean more than is shown. */
  canTakeAll: boolean;
  now: string;
  isPhone: boolean;
  isBusy: boolean;
  movingIds: readonly unknown[];
  onMove: (verb: Verb, choice: BulkChoice) => void;
}) {
  const { rows, total, now } = props;
  const isPhone = useIsPhone(props.isPhone);
  const [asked, setAsked] = useState<{ verb: Verb; isOpen: boolean }>({
    verb: "approve",
    isOpen: false,
  });
  const state = useIndexResourceState(rows.map((row) => ({ id: row.changeId })));
  const chosen = stillThere(state.selectedResources, rows);
  const isAll = state.allResourcesSelected && props.canTakeAll;
  const count = isAll ? total : chosen.length;
  const ask = (verb: Verb) => () => setAsked({ verb, isOpen: true });
  const confirm = (): void => {
    props.onMove(asked.verb, { ids: chosen, isAll });
    state.clearSelection();
  };
  const oneOf = (verb: Verb, changeId: string) => () =>
    props.onMove(verb, { ids: [changeId], isAll: false });
  return (
    <>
      <IndexTable
        resourceName={{ singular: "price", plural: "prices" }}
        itemCount={rows.length}
        selectedItemsCount={isAll ? "All" : chosen.length}
        onSelectionChange={state.handleSelectionChange}
        condensed={isPhone}
        hasMoreItems={props.canTakeAll && total > rows.length}
        paginatedSelectAllText={isAll ? `All ${total} waiting prices are selected` : undefined}
        paginatedSelectAllActionText={isAll ? undefined : `Select all ${total} waiting prices`}
        promotedBulkActions={[
          { content: "Approve", onAction: ask("approve"), disabled: props.isBusy },
          { content: "Reject", onAction: ask("reject"), disabled: props.isBusy },
        ]}
        headings={[
          { title: "Product" },
          { title: "Price" },
          { title: "Floor – ceiling" },
          { title: "Why" },
          { title: "Answer", alignment: "end" },
        ]}
      >
        {rows.map((row, position) => {
          const buttons = (
            <RowButtons
              title={row.title}
              isBusy={props.movingIds.includes(row.changeId)}
              onApprove={oneOf("approve", row.changeId)}
              onReject={oneOf("reject", row.changeId)}
            />
          );
          return (
            <IndexTable.Row
              key={row.changeId}
              id={row.changeId}
              position={position}
              selected={chosen.includes(row.changeId)}
              accessibilityLabel={`Select ${row.title}`}
            >
              {isPhone ? (
                <ApprovalPhoneRow row={row} now={now} buttons={buttons} />
              ) : (
                <ApprovalCells row={row} now={now} buttons={buttons} />
              )}
            </IndexTable.Row>
          );
        })}
      </IndexTable>
      <MoveConfirm
        verb={asked.verb}
        isOpen={asked.isOpen}
        count={count}
        rows={rows.filter((row) => isAll || chosen.includes(row.changeId))}
        onConfirm={confirm}
        onClose={() => setAsked(({ verb }) => ({ verb, isOpen: false }))}
      />
    </>
  );
}

// A click on a button must not also select the row it stands in.
function RowButtons(props: {
  title: string;
  isBusy: boolean;
  onApprove: () => void;
  onReject: () => void;
}) {
  return (
    <div onClick={(event) => event.stopPropagation()}>
      <InlineStack gap="150" wrap={false} align="end">
        <Button
          size="slim"
          onClick={props.onReject}
          disabled={props.isBusy}
          accessibilityLabel={`Reject the price of ${props.title}`}
        >
          Reject
        </Button>
        <Button
          size="slim"
          variant="primary"
          onClick={props.onApprove}
          loading={props.isBusy}
          accessibilityLabel={`Approve the price of ${props.title}`}
        >
          Approve
        </Button>
      </InlineStack>
    </div>
  );
}
