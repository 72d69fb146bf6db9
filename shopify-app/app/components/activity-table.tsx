import { Link } from "@remix-run/react";
import { Button, IndexTable, useIndexResourceState } from "@shopify/polaris";
import { type ComponentProps, useState } from "react";
import { parsePriceChangeState } from "@calibr/shared/core/changes/states";
import type { ActivityRow } from "@calibr/shared/ports/shop-views";
import { STATE_WORDS, stateCodeSentence } from "../copy/states.ts";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { ChannelTag, StateBadge } from "./badges.tsx";
import { MoveConfirm } from "./move-confirm.tsx";
import { PriceChange } from "./price-text.tsx";
import { useIsPhone } from "./use-is-phone.ts";

/** Steps of price changes; those that made a price live can be selected and taken back. */
export function ActivityTable(props: {
  rows: readonly ActivityRow[];
  now: string;
  isPhone: boolean;
  isBusy: boolean;
  movingIds: readonly unknown[];
  onUndo: (changeIds: readonly string[]) => void;
}) {
  const { rows, now } = props;
  const isPhone = useIsPhone(props.isPhone);
  const [asked, setAsked] = useState<readonly ActivityRow[]>([]);
  const [isOpen, setIsOpen] = useState(false);
  const resources = rows.map((row) => ({ id: rowId(row), isLive: row.isUndoable }));
  const state = useIndexResourceState(resources, { resourceFilter: (each) => each.isLive });
  const chosen = rows.filter(
    (row) => row.isUndoable && state.selectedResources.includes(rowId(row)),
  );
  const ask = (rowsAsked: readonly ActivityRow[]) => () => {
    setAsked(rowsAsked);
    setIsOpen(true);
  };
  return (
    <>
      <IndexTable
        resourceName={{ singular: "step", plural: "steps" }}
        itemCount={rows.length}
        selectedItemsCount={chosen.length}
        onSelectionChange={state.handleSelectionChange}
        condensed={isPhone}
        selectable={resources.some((each) => each.isLive)}
        promotedBulkActions={[{ content: "Undo", onAction: ask(chosen), disabled: props.isBusy }]}
        headings={HEADINGS}
      >
        {rows.map((row, position) => (
          <IndexTable.Row
            key={rowId(row)}
            id={rowId(row)}
            position={position}
            selected={chosen.includes(row)}
            hideSelectable={!row.isUndoable}
            accessibilityLabel={`Select ${row.title}`}
          >
            <StepCells
              row={row}
              now={now}
              isPhone={isPhone}
              isBusy={props.movingIds.includes(row.changeId)}
              onUndo={ask([row])}
            />
          </IndexTable.Row>
        ))}
      </IndexTable>
      <MoveConfirm
        verb="undo"
        isOpen={isOpen}
        count={asked.length}
        rows={asked}
        onConfirm={() => {
          props.onUndo([...new Set(asked.map((row) => row.changeId))]);
          state.clearSelection();
        }}
        onClose={() => setIsOpen(false)}
      />
    </>
  );
}

const HEADINGS: ComponentProps<typeof IndexTable>["headings"] = [
  { title: "Product" },
  { title: "Price" },
  { title: "Step" },
  { title: "When" },
  { title: "Undo", alignment: "end" },
];

interface StepProps {
  readonly row: ActivityRow;
  readonly now: string;
  readonly isPhone: boolean;
  readonly isBusy: boolean;
  readonly onUndo: () => void;
}

function StepCells(props: StepProps) {
  const { row, now } = props;
  const undo = row.isUndoable ? <UndoButton {...props} /> : null;
  if (props.isPhone) {
    return (
      <div className="phone-row">
        <StepProduct row={row} />
        <PriceChange from={row.oldPrice} to={row.newPrice} />
        <Step row={row} />
        <div className="line-end">
          <span className="quiet">
            <Ago at={row.event.at} now={now} />
          </span>
          {undo}
        </div>
      </div>
    );
  }
  return (
    <>
      <IndexTable.Cell className="cell-product">
        <StepProduct row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <PriceChange from={row.oldPrice} to={row.newPrice} />
      </IndexTable.Cell>
      <IndexTable.Cell className="cell-why">
        <Step row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Ago at={row.event.at} now={now} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <span className="cell-end">{undo}</span>
      </IndexTable.Cell>
    </>
  );
}

function StepProduct({ row }: { row: ActivityRow }) {
  return (
    <div className="product-name" onClick={(event) => event.stopPropagation()}>
      <Link to={paths.change(row.changeId)} className="plain-link">
        {row.title}
      </Link>
      <span className="meta">
        <ChannelTag channel={row.channel} />
        {row.sku !== null && <span className="sku">{row.sku}</span>}
      </span>
    </div>
  );
}

function Step({ row }: { row: ActivityRow }) {
  const state = parsePriceChangeState(row.event.toState);
  const sentence = stateCodeSentence(row.event.code, row.event.facts);
  return (
    <div className="step">
      {state === null ? row.event.toState : <StateBadge state={state} />}
      <span className="quiet">{sentence ?? (state === null ? "" : STATE_WORDS[state].text)}</span>
    </div>
  );
}

// A click on the button must not also select the row it stands in.
function UndoButton({ row, isBusy, onUndo }: StepProps) {
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Button
        size="slim"
        loading={isBusy}
        onClick={onUndo}
        accessibilityLabel={`Undo the price of ${row.title}`}
      >
        Undo
      </Button>
    </span>
  );
}

function rowId(row: ActivityRow): string {
  return `${row.changeId}-${row.event.seq}`;
}
