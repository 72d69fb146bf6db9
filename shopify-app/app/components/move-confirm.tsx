import { BlockStack, Text } from "@shopify/polaris";
import type { MoneyJson } from "@calibr/shared/core/money/money-json";
import { plural, priceMove, totalMove } from "../copy/money.ts";
import type { MoveVerb } from "../http/reply.ts";
import { ConfirmModal } from "./confirm-modal.tsx";

interface MovedPrice {
  readonly oldPrice: MoneyJson;
  readonly newPrice: MoneyJson;
}

const VERBS: Readonly<Record<MoveVerb, { title: string; text: string }>> = {
  approve: {
    title: "Approve",
    text: "Approved prices are checked once more and sent to their channels at once.",
  },
  reject: {
    title: "Reject",
    text: "The prices stay as they are. Calibr proposes again when the market moves.",
  },
  undo: {
    title: "Undo",
    text: "The old prices are sent to their channels, unless somebody changed them since.",
  },
};

/** Says how many prices move, and by how much, before they do. */
export function MoveConfirm(props: {
  verb: MoveVerb;
  isOpen: boolean;
  count: number;
  /** The prices on this page among those meant; fewer than `count` when the list goes on. */
  rows: readonly MovedPrice[];
  onConfirm: () => void;
  onClose: () => void;
}) {
  const words = VERBS[props.verb];
  const effect = moveEffect(props.verb === "undo" ? props.rows.map(reversed) : props.rows);
  return (
    <ConfirmModal
      id={`confirm-${props.verb}`}
      isOpen={props.isOpen}
      title={`${words.title} ${plural(props.count, "price")}?`}
      confirm={`${words.title} ${plural(props.count, "price")}`}
      isDestructive={props.verb === "reject"}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <BlockStack gap="200">
        {effect !== null && props.verb !== "reject" && (
          <Text as="p" variant="headingSm">
            {props.rows.length < props.count ? `On this page: ${effect}` : effect}
          </Text>
        )}
        <Text as="p">{words.text}</Text>
      </BlockStack>
    </ConfirmModal>
  );
}

function reversed({ oldPrice, newPrice }: MovedPrice): MovedPrice {
  return { oldPrice: newPrice, newPrice: oldPrice };
}

/** "3 up, 5 down; all prices together −$12.40"; null when nothing can be compared. */
export function moveEffect(rows: readonly MovedPrice[]): string | null {
  const moves = rows.flatMap((row) => priceMove(row.oldPrice, row.newPrice) ?? []);
  if (moves.length === 0) return null;
  const up = moves.filter((move) => move.direction === "up").length;
  const down = moves.filter((move) => move.direction === "down").length;
  return `${up} up, ${down} down; all prices together ${totalMove(rows).join(" and ")}`;
}
