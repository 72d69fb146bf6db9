import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestApp {
  readonly port: number;
  /** Every request that needed a session token, with what became of it. */
  readonly calls: { path: string; verdict: string; requestedWith: string | undefined }[];
  /** The next authenticated call is refused the way an expired token is. */
  refuseNextToken(): void;
  close(): Promise<void>;
}

/** A small embedded app without a framework, to try the Admin frame with. */
export async function startTestApp(apiKey: string, apiSecret: string): Promise<TestApp> {
  const calls: TestApp["calls"] = [];
  let isNextRefused = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://app.invalid");
    if (url.pathname === "/api/whoami") {
      const verdict = isNextRefused ? "refused" : verify(request, apiKey, apiSecret);
      isNextRefused = false;
      const requestedWith = request.headers["x-requested-with"]?.toString();
      calls.push({ path: url.pathname, verdict, requestedWith });
      answerCall(response, verdict);
      return;
    }
    if (url.pathname === "/consent") {
      response.writeHead(302, {
        location: "https://sellercentral.amazon.com/apps/authorize/consent",
      });
      response.end();
      return;
    }
    if (url.pathname === "/expired" && !url.searchParams.has("id_token")) {
      url.searchParams.set("shopify-reload", url.pathname + url.search);
      response.writeHead(302, { location: `/bounce${url.search}` });
      response.end();
      return;
    }
    const shop = url.searchParams.get("shop") ?? "none";
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      link: "<https://cdn.shopify.com/shopifycloud/app-bridge.js>; rel=preload; as=script",
      "content-security-policy": `frame-ancestors https://${shop} https://admin.shopify.com; script-src 'self' 'unsafe-inline' https://cdn.shopify.com`,
    });
    response.end(url.pathname === "/bounce" ? bounce(apiKey) : document(apiKey, url));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    refuseNextToken: () => {
      isNextRefused = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function verify(request: IncomingMessage, apiKey: string, apiSecret: string): string {
  const [head, claims, signature] = (request.headers.authorization ?? "").slice(7).split(".");
  const expected = createHmac("sha256", apiSecret).update(`${head}.${claims}`).digest("base64url");
  if (signature !== expected) return "unsigned";
  const { aud, sub } = JSON.parse(Buffer.from(claims ?? "", "base64url").toString()) as {
    aud: string;
    sub: string;
  };
  return aud === apiKey ? `user ${sub}` : "another app";
}

function answerCall(response: ServerResponse, verdict: string): void {
  if (verdict === "refused") {
    response.writeHead(401, { "x-shopify-retry-invalid-session-request": "1" });
    response.end();
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ verdict }));
}

function bounce(apiKey: string): string {
  return `<script data-api-key="${apiKey}" src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>`;
}

function document(apiKey: string, url: URL): string {
  return `<!doctype html><html><head><meta charset="utf-8"><title>Test app</title>
<script data-api-key="${apiKey}" src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>
<style>body{margin:0;padding:20px;font:13px/20px Inter,sans-serif;background:#f1f1f1;color:#303030}
main{max-width:900px;margin:auto;display:grid;gap:16px}.card{background:#fff;border-radius:12px;padding:16px;box-shadow:0 0 0 1px #0001}
button{margin:0 6px 6px 0}</style></head><body>
<ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/approvals">Approvals</a><a href="/app/products">Products</a><a href="/app/connections">Connections</a></ui-nav-menu>
<ui-title-bar title="Overview"><button id="export">Export</button><section label="More actions"><button id="archive">Archive</button></section><button variant="primary" id="primary">Add rule</button></ui-title-bar>
<ui-save-bar id="rules" discardConfirmation><button variant="primary" id="save">Save</button><button id="discard">Discard</button></ui-save-bar>
<ui-modal id="confirm"><p style="padding:16px">Approve 12 price changes?</p><ui-title-bar title="Approve prices"><button variant="primary" id="approve">Approve</button><button id="cancel">Cancel</button></ui-title-bar></ui-modal>
<main><div class="card"><h2 id="where"></h2><input id="name" aria-label="Name"><p id="log"></p></div>
<div class="card"><button onclick="shopify.toast.show('Saved')">toast</button>
<button onclick="shopify.toast.show('No price was sent', {isError: true, action: 'Retry', onAction: () => log('retried')})">error toast</button>
<button onclick="shopify.modal.show('confirm')">modal</button>
<button onclick="shopify.loading(true)">loading</button>
<button onclick="fetch('/api/whoami').then(r => r.json()).then(j => log(j.verdict))">whoami</button>
<button onclick="shopify.resourcePicker({type: 'product', multiple: true}).then(p => log(p ? p.map(x => x.title).join() : 'cancelled'))">picker</button>
<button onclick="window.open('shopify:admin/products', '_top')">products</button>
<button onclick="window.open('/consent', '_top')">consent</button>
<button onclick="shopify.saveBar.leaveConfirmation().then(() => log('left'))">leave</button></div></main>
<script>
const log = (text) => { document.getElementById('log').textContent = text; };
const show = () => { document.getElementById('where').textContent = location.pathname; };
addEventListener('shopify:navigate', (event) => { history.pushState({}, '', event.target.getAttribute('href')); show(); });
addEventListener('popstate', show);
const bar = document.getElementById('rules');
document.getElementById('name').addEventListener('input', () => bar.show());
document.getElementById('save').onclick = () => { log('saved'); bar.hide(); };
document.getElementById('discard').onclick = () => { document.getElementById('name').value = ''; log('discarded'); bar.hide(); };
document.getElementById('primary').onclick = () => log('primary');
document.getElementById('archive').onclick = () => log('archived');
document.getElementById('approve').onclick = () => { log('approved'); document.getElementById('confirm').hide(); };
show(); log(${JSON.stringify(url.searchParams.has("id_token") ? "with token" : "without token")});
document.documentElement.dataset.hydrated = '';
</script></body></html>`;
}
