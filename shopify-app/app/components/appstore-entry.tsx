import { amazonResultWords } from "../copy/amazon-result.ts";
import { paths } from "../http/paths.ts";
import { OutsidePage } from "./outside-page.tsx";

/** What the Login URI answers with. */
export type AppstoreAnswer =
  | { readonly kind: "refused"; readonly code: string }
  | {
      readonly kind: "ask";
      /** What Amazon sent, to be sent along with the store's name. */
      readonly fields: readonly (readonly string[])[];
      readonly isUnknown: boolean;
    }
  | { readonly kind: "go_on"; readonly shopHandle: string; readonly url: string };

/** A seller from Amazon's Appstore names the Shopify store, then goes on in its admin. */
export function AppstoreEntry({ answer }: { answer: AppstoreAnswer }) {
  switch (answer.kind) {
    case "refused": {
      const words = amazonResultWords(answer.code);
      return <OutsidePage title={words.title} text={words.text} tone={words.tone} />;
    }
    case "go_on":
      return (
        <OutsidePage
          title={`Go on in ${answer.shopHandle}`}
          text="Say yes to your Amazon account inside Shopify. This takes less than ten minutes; after that, begin again at Amazon."
          link={{ url: answer.url, label: "Continue in Shopify admin" }}
        />
      );
    case "ask":
      return (
        <OutsidePage
          title="Which Shopify store is this for?"
          text="Calibr connects your Amazon account to one Shopify store. You find its name in the address of your Shopify admin."
          tone={answer.isUnknown ? "problem" : "plain"}
        >
          <form className="outside-form" method="get" action={paths.amazonLogin()}>
            {answer.fields.map(([name = "", value = ""]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <label>
              Store
              <input
                name="shop"
                required
                autoComplete="off"
                placeholder="my-store.myshopify.com"
                aria-invalid={answer.isUnknown}
                aria-describedby={answer.isUnknown ? "shop-problem" : undefined}
              />
            </label>
            {answer.isUnknown && (
              <p id="shop-problem" role="alert">
                That is no store’s name. It looks like my-store.myshopify.com.
              </p>
            )}
            <button className="outside-link" type="submit">
              Continue
            </button>
          </form>
        </OutsidePage>
      );
  }
}
