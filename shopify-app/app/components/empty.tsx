import { BlockStack, Box, Card, Icon, Text } from "@shopify/polaris";
import type { IconSource } from "@shopify/polaris";
import type { ReactNode } from "react";

/** Says that there is nothing here, why, and what to do about it. */
export function Empty(props: {
  icon: IconSource;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Box padding="800">
      <BlockStack gap="300" inlineAlign="center">
        <span className="empty-icon">
          <Icon source={props.icon} />
        </span>
        <Text as="h2" variant="headingMd" alignment="center">
          {props.title}
        </Text>
        <div className="empty-text">{props.children}</div>
        {props.action}
      </BlockStack>
    </Box>
  );
}

/** The same in a card of its own. */
export function EmptyCard(props: Parameters<typeof Empty>[0]) {
  return (
    <Card padding="0">
      <Empty {...props} />
    </Card>
  );
}
