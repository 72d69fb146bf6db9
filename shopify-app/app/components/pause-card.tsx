import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import { PauseCircleIcon, PlayIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import type { Reply } from "../http/reply.ts";
import { ConfirmModal } from "./confirm-modal.tsx";
import { useReplyToast } from "./use-reply-toast.ts";

/** The red button: stops every price of the shop, and starts them again. */
export function PauseCard({ isPaused }: { isPaused: boolean }) {
  const fetcher = useFetcher<Reply>();
  const [isAsking, setIsAsking] = useState(false);
  useReplyToast(fetcher.data);
  const send = (intent: "pause" | "resume") => fetcher.submit({ intent }, { method: "post" });
  const isBusy = fetcher.state !== "idle";
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {isPaused ? "Price changes are paused" : "Price changes are on"}
        </Text>
        <Text as="p" tone="subdued">
          {isPaused
            ? "Nothing is sent to any channel. Approved prices are not lost; they are checked again before they leave."
            : "Stops every price of this store at once. Watching and proposing go on."}
        </Text>
        {isPaused ? (
          <Button icon={PlayIcon} variant="primary" loading={isBusy} onClick={() => send("resume")}>
            Resume price changes
          </Button>
        ) : (
          <Button icon={PauseCircleIcon} loading={isBusy} onClick={() => setIsAsking(true)}>
            Pause price changes
          </Button>
        )}
      </BlockStack>
      <ConfirmModal
        id="confirm-pause"
        isOpen={isAsking}
        title="Pause all price changes?"
        confirm="Pause price changes"
        isDestructive
        onConfirm={() => send("pause")}
        onClose={() => setIsAsking(false)}
      >
        <Text as="p">
          No price is sent to any channel until you resume. Prices that are already live stay as
          they are.
        </Text>
      </ConfirmModal>
    </Card>
  );
}
