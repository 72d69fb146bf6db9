import { Icon } from "@shopify/polaris";
import { ImageIcon } from "@shopify/polaris-icons";
import { useState } from "react";

/** A small picture of a product beside its name; a quiet sign where there is none, or it does not load. */
export function Picture({ url }: { url: string | null }) {
  const [failed, setFailed] = useState<string | null>(null);
  if (url === null || url === failed) {
    return (
      <span className="picture" aria-hidden="true">
        <Icon source={ImageIcon} tone="subdued" />
      </span>
    );
  }
  return (
    <span className="picture">
      <img
        src={url}
        alt=""
        loading="lazy"
        decoding="async"
        referrerPolicy="no-referrer"
        onError={() => setFailed(url)}
      />
    </span>
  );
}
