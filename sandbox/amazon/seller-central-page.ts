/** The frame round every page of Seller Central, marked as a stand-in. */
const STYLE = `
  :root { color-scheme: light; font: 15px/1.5 "Amazon Ember", Arial, sans-serif; color: #0f1111; }
  body { margin: 0; background: #f3f3f3; }
  .stand-in { background: #ffd814; padding: 8px 24px; text-align: center; }
  header { background: #002f36; color: #fff; padding: 14px 24px; font-size: 18px; }
  header b { font-weight: 700; } header span { color: #9fd3d8; }
  main { max-width: 640px; margin: 40px auto; background: #fff; border: 1px solid #d5d9d9;
    border-radius: 8px; padding: 28px 36px 32px; }
  h1 { font-size: 26px; font-weight: 400; margin: 0 0 16px; }
  h2 { font-size: 16px; margin: 24px 0 8px; }
  li { margin: 6px 0; }
  .role { font-size: 12px; background: #e7f4f5; color: #00464f; border-radius: 4px; padding: 1px 6px; margin-left: 4px; }
  .muted { color: #565959; }
  fieldset { border: 1px solid #d5d9d9; border-radius: 8px; margin: 20px 0 12px; }
  label { display: block; padding: 3px 0; }
  .buttons { display: flex; justify-content: flex-end; gap: 12px; margin: 20px 0 0; }
  button { font: inherit; padding: 8px 20px; border-radius: 4px; cursor: pointer; border: 1px solid #888c8c; background: #fff; }
  button:focus-visible { outline: 3px solid #008296; outline-offset: 2px; }
  .primary { background: #008296; border-color: #008296; color: #fff; }
  .error { border: 1px solid #c40000; border-left-width: 8px; border-radius: 4px; padding: 12px 16px; }`;

export function sellerCentralPage(input: {
  status: number;
  title: string;
  main: string;
}): Response {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${input.title} · Seller Central (sandbox)</title><style>${STYLE}</style></head>
<body>
  <div class="stand-in" role="note">This is the Calibr sandbox standing in for Amazon. No Amazon account is involved.</div>
  <header><b>seller</b> <span>central</span></header>
  <main><h1>${input.title}</h1>${input.main}</main>
</body>
</html>`;
  return new Response(html, {
    status: input.status,
    headers: { "content-type": "text/html; charset=utf-8", "referrer-policy": "no-referrer" },
  });
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
