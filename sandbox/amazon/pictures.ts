/**
 * Amazon's picture host, for the browser alone: a drawing of a box whose colours come from the address, so that
 * each ASIN has its own. A browser that cannot reach the host comes by `/amazon-pictures/…` on the front port.
 */
const PICTURE_HOST = "m.media-amazon.com";
export const PICTURE_PREFIX = "/amazon-pictures/";

export function isPictureHost(host: string): boolean {
  return host === PICTURE_HOST;
}

/** The drawing for an address; the same for every size of one picture. */
export function handlePicture(request: Request): Response {
  const { pathname } = new URL(request.url);
  const name = /\/I\/([A-Za-z0-9+-]+)/.exec(pathname)?.[1];
  if (name === undefined) return new Response("Not Found", { status: 404 });
  return new Response(drawing(name), {
    headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" },
  });
}

function drawing(name: string): string {
  const hue = [...name].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 360, 7);
  const shade = (light: number): string => `hsl(${String(hue)} 34% ${String(light)}%)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 75 75" width="75" height="75">
<rect width="75" height="75" fill="#fff"/><path d="M15 28 37 18l23 10-23 11z" fill="${shade(78)}"/>
<path d="m15 28 22 11v22L15 50z" fill="${shade(62)}"/><path d="M60 28 37 39v22l23-11z" fill="${shade(50)}"/></svg>`;
}
