import { IndexTable, useIndexResourceState } from "@shopify/polaris";
import { useState } from "react";
import type { ChangeView } from "@calibr/shared/ports/shop-views";
import { plural } from "../copy/money.ts";
import { ApprovalButtons } from "./approval-buttons.tsx";
import { ApprovalCells, ApprovalPhoneRow } from "./approval-row.tsx";
import { type BulkChoice, stillThere } from "./bulk-choice.ts";
import { MoveConfirm } from "./move-confirm.tsx";
import { useIsPhone } from "./use-is-phone.ts";

type Verb = "approve" | "reject";

interface ApprovalsTableProps {
  readonly rows: readonly ChangeView[];
  readonly total: number;
  /** False while a filter hides some of what waits: "all" would mean more than is shown. */
  readonly canTakeAll: boolean;
  readonly now: string;
  readonly isPhone: boolean;
  readonly isBusy: boolean;
  readonly movingIds: readonly unknown[];
  readonly onMove: (verb: Verb, choice: BulkChoice) => void;
}

const HEADINGS = [
  { title: "Product" },
  { title: "Price" },
  { title: "Floor – ceiling" },
  { title: "Why" },
  { title: "Answer", alignment: "end" },
] as const;

/** The waiting prices as rows that can be selected. */
export function ApprovalsTable(props: ApprovalsTableProps) {
  const { rows, total, isBusy } = props;
  const isPhone = useIsPhone(props.isPhone);
  const [asked, setAsked] = useState<Verb>("approve");
  const [isOpen, setIsOpen] = useState(false);
  const state = useIndexResourceState(rows.map((row) => ({ id: row.changeId })));
  const chosen = stillThere(state.selectedResources, rows);
  const isAll = state.allResourcesSelected && props.canTakeAll && total > rows.length;
  const ask = (verb: Verb) => () => {
    setAsked(verb);
    setIsOpen(true);
  };
  return (
    <>
      <IndexTable
        resourceName={{ singular: "price", plural: "prices" }}
        itemCount={rows.length}
        selectedItemsCount={isAll ? "All" : chosen.length}
        onSelectionChange={state.handleSelectionChange}
        condensed={isPhone}
        hasMoreItems={props.canTakeAll && total > rows.length}
        paginatedSelectAllText={`All ${plural(total, "waiting price")} are selected`}
        paginatedSelectAllActionText={`Select all ${plural(total, "waiting price")}`}
        promotedBulkActions={[
          { content: "Approve", onAction: ask("approve"), disabled: isBusy },
          { content: "Reject", onAction: ask("reject"), disabled: isBusy },
        ]}
        headings={[...HEADINGS]}
      >
        {rows.map((row, position) => (
          <IndexTable.Row
            key={row.changeId}
            id={row.changeId}
            position={position}
            selected={isAll || chosen.includes(row.changeId)}
            accessibilityLabel={`Select ${row.title}`}
          >
            <ApprovalRow {...props} row={row} isPhone={isPhone} />
          </IndexTable.Row>
        ))}
      </IndexTable>
      <MoveConfirm
        verb={asked}
        isOpen={isOpen}
        count={isAll ? total : chosen.length}
        rows={isAll ? rows : rows.filter((row) => chosen.includes(row.changeId))}
        onConfirm={() => {
          props.onMove(asked, { ids: chosen, isAll });
          state.clearSelection();
        }}
        onClose={() => setIsOpen(false)}
      />
    </>
  );
}

function ApprovalRow(props: ApprovalsTableProps & { row: ChangeView }) {
  const { row, now } = props;
  const one = (verb: Verb) => () => props.onMove(verb, { ids: [row.changeId], isAll: false });
  const buttons = (
    <ApprovalButtons
      title={row.title}
      isBusy={props.movingIds.includes(row.changeId)}
      onApprove={one("approve")}
      onReject={one("reject")}
    />
  );
  return props.isPhone ? (
    <ApprovalPhoneRow row={row} now={now} buttons={buttons} />
  ) : (
    <ApprovalCells row={row} now={now} buttons={buttons} />
  );
}
