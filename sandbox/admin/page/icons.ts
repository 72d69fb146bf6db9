import { Markup } from "./html.ts";

/** Line icons on a 20 × 20 grid, drawn for this stand-in. */
const PATHS = {
  home: "M3.5 9 10 3.5 16.5 9v6.25a1.25 1.25 0 0 1-1.25 1.25H4.75A1.25 1.25 0 0 1 3.5 15.25V9ZM8 16.5v-4.25h4v4.25",
  orders:
    "M4 11.5 5.6 4.4a1.2 1.2 0 0 1 1.17-.9h6.46a1.2 1.2 0 0 1 1.17.9L16 11.5v3.75a1.25 1.25 0 0 1-1.25 1.25h-9.5A1.25 1.25 0 0 1 4 15.25V11.5Zm0 0h3.4c.3 1.4 1.2 2.2 2.6 2.2s2.3-.8 2.6-2.2H16",
  products:
    "M10.6 3.5h4.65c.69 0 1.25.56 1.25 1.25V9.4c0 .33-.13.65-.37.88l-5.6 5.6a1.25 1.25 0 0 1-1.76 0l-4.65-4.65a1.25 1.25 0 0 1 0-1.76l5.6-5.6c.23-.24.55-.37.88-.37ZM13.3 6.7h.01",
  customers: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.4-3 2.8-4.5 6-4.5s5.6 1.5 6 4.5H4Z",
  marketing:
    "M4 8.2v3.1c0 .7.5 1.2 1.2 1.2h1.3l7.5 3.5V3.5L6.5 7H5.2C4.5 7 4 7.5 4 8.2ZM7 12.5l.8 4H10l-.6-2.7M16.5 8.4v2.7",
  discounts:
    "m10 3 1.9 1.5 2.4-.3.9 2.2 2.2.9-.3 2.4L18 11.6M10 3 8.1 4.5l-2.4-.3-.9 2.2-2.2.9.3 2.4L2 11.6l1.9 1.2.4 2.4 2.4.2L8 17.4l2-1 2 1 1.3-2 2.4-.2.4-2.4 1.9-1.2M8 12.2l4-4.4M8 8h.01M12 12h.01",
  content:
    "M4.75 3.5h10.5c.69 0 1.25.56 1.25 1.25v10.5c0 .69-.56 1.25-1.25 1.25H4.75c-.69 0-1.25-.56-1.25-1.25V4.75c0-.69.56-1.25 1.25-1.25ZM3.5 13.2l3.4-3.4 3 3 2.6-2.6 4 4M12.6 7h.01",
  markets:
    "M10 16.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM3.5 10h13M10 3.5c2 2 2.8 4.2 2.8 6.5S12 14.5 10 16.500c-2-2-2.8-4.2-2.8-6.500S8 5.5 10 3.500Z",
  finance:
    "M4.5 6.5 10 3.500l5.5 3v1.500h-11V6.500ZM5.5 8v5.500M8.5 8v5.500M11.5 8v5.500M14.5 8v5.500M4 13.500h12v3H4v-3Z",
  analytics: "M4 16.500V10M8 16.500V5.500M12 16.500v-4.500M16 16.500v-13",
  store:
    "M4 8.500v6.750c0 .69.56 1.25 1.25 1.250h9.500c.69 0 1.25-.56 1.25-1.250V8.500M3.5 6.500l1-3h11l1 3c0 1.2-.9 2.2-2.17 2.200S12.17 7.7 12.17 6.500c0 1.2-.9 2.2-2.17 2.200S7.83 7.7 7.83 6.500c0 1.2-.9 2.2-2.16 2.200S3.5 7.7 3.5 6.500ZM8 16.500v-4h4v4",
  settings:
    "M10 12.400a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.800ZM8.7 3.500h2.600l.4 1.9 1.5.9 1.85-.6 1.3 2.25-1.45 1.300v1.500l1.45 1.3-1.3 2.25-1.85-.6-1.5.9-.4 1.900H8.700l-.4-1.9-1.5-.9-1.85.6-1.3-2.25 1.45-1.300v-1.500L3.65 7.950l1.3-2.25 1.85.6 1.5-.9.4-1.900Z",
  search: "M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM12.7 12.7 16 16",
  bell: "M10 3.500a4.5 4.5 0 0 0-4.5 4.500v2.500L4 13.500h12l-1.5-3V8A4.5 4.5 0 0 0 10 3.500ZM8.25 16a2 2 0 0 0 3.5 0",
  menu: "M3.5 5.500h13M3.5 10h13M3.5 14.500h13",
  reload: "M15.5 8.5A6 6 0 1 0 16 11M16 4.5v4h-4",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Markup {
  return new Markup(
    `<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" ` +
      `stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">` +
      `<path d="${PATHS[name]}"/></svg>`,
  );
}

/** The app's own mark: a dial whose needle has found its place. */
export const APP_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#1f6f5c"/><stop offset="1" stop-color="#0b3a3a"/></linearGradient></defs>
<rect width="64" height="64" rx="15" fill="url(#g)"/>
<path d="M48.5 43.500a20 20 0 1 1 0-23" fill="none" stroke="#fff" stroke-width="5.5" stroke-linecap="round"/>
<path d="M32 32 46 26" stroke="#ffd479" stroke-width="5" stroke-linecap="round"/><circle cx="32" cy="32" r="4.5" fill="#ffd479"/>
</svg>`;

/** The stand-in's own mark, not Shopify's: a bucket for a sandbox. */
export const SANDBOX_MARK = new Markup(
  `<svg class="mark" viewBox="0 0 28 28" width="26" height="26" aria-hidden="true">` +
    `<rect width="28" height="28" rx="8" fill="#f2c94c"/>` +
    `<path d="M7.5 11h13l-1.7 9.300a1.5 1.5 0 0 1-1.48 1.200h-6.640a1.5 1.5 0 0 1-1.48-1.200L7.5 11Z" fill="#1a1a1a"/>` +
    `<path d="M8.5 10.500a5.5 5.5 0 0 1 11 0" fill="none" stroke="#1a1a1a" stroke-width="1.8"/></svg>`,
);
