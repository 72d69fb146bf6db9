import { Button, InlineStack, Text } from "@shopify/polaris";
import { countWords } from "../copy/money.ts";

/** The foot of a long list: how many there are, and the way on. */
export function Pager(props: {
  shown: number;
  total: number;
  noun: string;
  firstUrl: string | null;
  nextUrl: string | null;
}) {
  // A list without rows says why itself.
  if (props.total === 0) return null;
  return (
    <div className="pager">
      <Text as="span" tone="subdued">
        {`${countWords(props.shown)} of ${countWords(props.total)} ${props.noun}`}
      </Text>
      <InlineStack gap="200">
        {props.firstUrl !== null && <Button url={props.firstUrl}>Back to the first</Button>}
        {props.nextUrl !== null && <Button url={props.nextUrl}>Next</Button>}
      </InlineStack>
    </div>
  );
}
