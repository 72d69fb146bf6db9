/**
 * Sends a page's outside addresses to the sandbox: in headers and in bodies that pass in pieces.
 * Only `https://<host>` is looked at; what follows the host stays as it is.
 */
export interface OriginRewrite {
  /** Matches the whole host, lower case. */
  readonly host: RegExp;
  /** What stands in for `https://<host>`. */
  to(host: string): string;
}

export type TextRewrite = (text: string) => string;

/** JSON and script strings may write `/` as `\/`. */
const ORIGIN = /https:(\\?\/\\?\/)([a-z0-9][a-z0-9.-]*[a-z0-9])(?![a-z0-9.:-])/gi;

/** The end of a piece that could be the beginning of an origin; bounded by a host's length. */
const UNFINISHED =
  /h(?:t(?:t(?:p(?:s(?::(?:\\?(?:\/(?:\\?(?:\/[a-z0-9.-]{0,253})?)?)?)?)?)?)?)?)?$/i;

export function originRewrite(rewrites: readonly OriginRewrite[]): TextRewrite {
  return (text) =>
    text.replace(ORIGIN, (whole: string, slashes: string, host: string) => {
      const rewrite = rewrites.find((candidate) => candidate.host.test(host.toLowerCase()));
      if (rewrite === undefined) return whole;
      const target = rewrite.to(host.toLowerCase());
      // Keep the writing of the slashes, so that a JSON string stays one.
      return slashes === "//" ? target : target.replaceAll("/", "\\/");
    });
}

/** Applies a rewrite to a stream of text, also where an origin is cut in two. */
export function rewriteStream(rewrite: TextRewrite): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let held = "";
  return new TransformStream({
    transform(piece, controller) {
      const text = held + decoder.decode(piece, { stream: true });
      held = UNFINISHED.exec(text)?.[0] ?? "";
      const ready = text.slice(0, text.length - held.length);
      if (ready !== "") controller.enqueue(encoder.encode(rewrite(ready)));
    },
    flush(controller) {
      const rest = held + decoder.decode();
      if (rest !== "") controller.enqueue(encoder.encode(rewrite(rest)));
    },
  });
}

/** The vendors' pages that a person's browser may be sent to from the app, on the sandbox's port. */
export function sandboxRewrites(shellOrigin: string): OriginRewrite[] {
  return [
    { host: /^(?:cdn|admin)\.shopify\.com$/, to: () => shellOrigin },
    {
      host: /^sellercentral[a-z0-9-]*\.amazon\.[a-z.]+$/,
      to: (host) => `${shellOrigin}/amazon-consent/${host}`,
    },
    { host: /^m\.media-amazon\.com$/, to: (host) => `${shellOrigin}/amazon-pictures/${host}` },
  ];
}

/**
 * The app's Content-Security-Policy with the sandbox wherever it names Shopify: it may frame the app
 * where Shopify Admin may, and serve what Shopify's CDN may. Nothing else is loosened: a policy that
 * lets nobody frame the page still does.
 */
export function loosenPolicy(policy: string, shellOrigin: string): string {
  return policy
    .split(";")
    .map((directive) => {
      const words = directive.trim().split(/\s+/);
      const namesShopify = words.some((word) =>
        /^https:\/\/(?:cdn|admin)\.shopify\.com$/.test(word),
      );
      return namesShopify ? `${directive.trimEnd()} ${shellOrigin}` : directive;
    })
    .join(";");
}
