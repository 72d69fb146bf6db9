import { OutsidePage } from "../components/outside-page.tsx";

/** Where Shopify's library sends a request that names no shop. */
export default function SignIn() {
  return (
    <OutsidePage
      title="Open Calibr from your Shopify admin"
      text="This address does not say which store it is for. In your Shopify admin, choose Apps, then Calibr."
      link={{ url: "https://admin.shopify.com", label: "Go to Shopify admin" }}
    />
  );
}
