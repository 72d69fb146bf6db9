import { BlockStack, Button, Page } from "@shopify/polaris";
import { LinkIcon } from "@shopify/polaris-icons";
import type { LinkReviewView, PageOf } from "@calibr/shared/ports/shop-views";
import { plural } from "../copy/money.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { EmptyCard } from "./empty.tsx";
import { LinkReviewCard } from "./link-review-card.tsx";
import { Pager } from "./pager.tsx";

export interface LinksPageProps extends PageFacts {
  readonly after: string | null;
  readonly page: PageOf<LinkReviewView>;
}

/** Amazon listings that Calibr would not link by itself: the person says what they are. */
export function LinksPage({ after, page }: LinksPageProps) {
  return (
    <Page
      title="Links to check"
      subtitle={page.total === 0 ? undefined : plural(page.total, "Amazon listing")}
      backAction={{ content: "Products", url: paths.products() }}
    >
      {page.rows.length === 0 ? (
        <EmptyCard
          icon={LinkIcon}
          title="No link waits for you"
          action={<Button url={paths.products({ filter: "linked" })}>See what is linked</Button>}
        >
          <p>
            Calibr links Amazon listings to your variants by SKU, by barcode and by the ASIN that
            you keep with a variant. Where these disagree, or only the titles are alike, it asks you
            here.
          </p>
        </EmptyCard>
      ) : (
        <BlockStack gap="400">
          <p className="page-lead">
            Say which of your variants each Amazon listing sells. Its cost and limits then count for
            the listing too, times the units in one sale.
          </p>
          {page.rows.map((review) => (
            <LinkReviewCard key={review.listingId} review={review} />
          ))}
          <Pager
            shown={page.rows.length}
            total={page.total}
            noun="listings"
            firstUrl={after === null ? null : paths.links()}
            nextUrl={page.next === null ? null : paths.links({ after: page.next })}
          />
        </BlockStack>
      )}
    </Page>
  );
}
