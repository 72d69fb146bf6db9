import { Button, InlineStack } from "@shopify/polaris";

/** The answer to one proposal. A click on a button must not also select the row it stands in. */
export function ApprovalButtons(props: {
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
