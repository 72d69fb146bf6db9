import { BlockStack, List, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { ConnectionView } from "@calibr/shared/ports/connection-views";
import { ConfirmModal } from "./confirm-modal.tsx";

// Short enough to type without copying, and nothing that is typed by accident.
const WORD = "delete";

/** Asks for a typed word before everything that was read from an Amazon account goes. */
export function DeleteDataModal(props: {
  connection: ConnectionView | null;
  isOpen: boolean;
  onConfirm: (connection: ConnectionView) => void;
  onClose: () => void;
}) {
  const { connection } = props;
  const [typed, setTyped] = useState("");
  const close = () => {
    setTyped("");
    props.onClose();
  };
  return (
    <ConfirmModal
      id="confirm-delete-data"
      isOpen={props.isOpen}
      title="Delete Amazon data?"
      confirm="Delete Amazon data"
      isDestructive
      isBlocked={typed.trim().toLowerCase() !== WORD}
      onConfirm={() => connection !== null && props.onConfirm(connection)}
      onClose={close}
    >
      <BlockStack gap="300">
        <Text as="p">
          {`Calibr disconnects seller ${connection?.accountId ?? ""}, forgets its permission and deletes what it has read with it. This cannot be undone.`}
        </Text>
        <div>
          <Text as="h3" variant="headingSm">
            Deleted
          </Text>
          <List>
            <List.Item>Listings, prices and stock of the account, and the links to them</List.Item>
            <List.Item>Offers, competitors and history of its markets</List.Item>
            <List.Item>Orders, traffic and sales facts, reports and their differences</List.Item>
          </List>
        </div>
        <div>
          <Text as="h3" variant="headingSm">
            Kept
          </Text>
          <List>
            <List.Item>Your costs, limits and rules, and everything of Shopify</List.Item>
            <List.Item>Receipts of price changes, without the prices of rivals</List.Item>
            <List.Item>Prices at Amazon as they are now</List.Item>
          </List>
        </div>
        <TextField
          label={`Type “${WORD}” to go on`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
        />
      </BlockStack>
    </ConfirmModal>
  );
}
