import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { OutsidePage } from "../components/outside-page.tsx";
import { paths } from "../http/paths.ts";

/** Shopify Admin opens the app here: its parameters go on to the first page. */
export function loader({ request }: LoaderFunctionArgs): null {
  const { searchParams } = new URL(request.url);
  if (searchParams.has("shop")) throw redirect(`${paths.overview()}?${searchParams.toString()}`);
  return null;
}

/** Somebody opened the app's address by itself. There is nothing to type: the store knows its own name. */
export default function Front() {
  return (
    <OutsidePage
      title="Open Calibr from your Shopify admin"
      text="Calibr works inside Shopify. In your Shopify admin, choose Apps, then Calibr."
      link={{ url: "https://admin.shopify.com", label: "Go to Shopify admin" }}
    />
  );
}
