import { storeName } from "../embed-url.ts";
import type { AdminProduct, AdminShop } from "../store-data.ts";
import { adminLayout, sectionLabel } from "./admin-layout.ts";
import type { AdminApp } from "./admin-layout.ts";
import { html, nothing } from "./html.ts";
import type { Markup } from "./html.ts";

export interface StorePage {
  readonly shop: AdminShop;
  readonly app: AdminApp;
}

/** The Admin's home: says what this is and leads to the app. */
export function homePage({
  shop,
  app,
  productCount,
}: StorePage & { productCount: number }): string {
  const root = `/store/${storeName(shop.domain)}`;
  return storePage({ shop, app }, "", `Good to see you, ${shop.staff.firstName}.`, [
    html`<section class="card hero">
      <img class="app-icon" src="/admin-assets/app-icon.svg" alt="" />
      <div>
        <h2>${app.name} is installed on this store</h2>
        <p>
          This is a sandbox: a stand-in for Shopify Admin with a made-up store. The app inside is
          the real one, and nothing here reaches a real shop.
        </p>
        <a class="button primary" href="${root}/apps/${app.handle}">Open ${app.name}</a>
      </div>
    </section>`,
    html`<section class="card tiles">
      <a href="${root}/products"><b>${productCount}</b><span>products</span></a>
      <span><b>${shop.currency}</b><span>store currency</span></span>
      <span><b>${shop.domain}</b><span>store address</span></span>
    </section>`,
  ]);
}

export interface ProductsPageInput extends StorePage {
  readonly products: readonly AdminProduct[];
  readonly total: number;
  readonly search: string;
}

/** The store's products with the prices that its stand-in holds at this moment. */
export function productsPage(input: ProductsPageInput): string {
  const { shop, app, products, total, search } = input;
  const shown = search === "" && products.length < total ? ` (first ${products.length})` : "";
  return storePage({ shop, app }, "products", "Products", [
    html`<section class="card flush">
      <form class="filter" role="search">
        <input
          type="search"
          name="q"
          value="${search}"
          placeholder="Search products"
          aria-label="Search products"
        />
        <span class="muted">${total} products${shown}</span>
      </form>
      ${
        products.length === 0
          ? html`<p class="empty">No product matches.</p>`
          : html`<div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Product</th>
                    <th>Status</th>
                    <th class="number">Inventory</th>
                    <th class="number">Price</th>
                    <th>Type</th>
                    <th>Vendor</th>
                  </tr>
                </thead>
                <tbody>
                  ${products.map((product) => productRow(product, shop.currency))}
                </tbody>
              </table>
            </div>`
      }
    </section>`,
  ]);
}

/** An honest page for everything that this stand-in leaves out. */
export function leftOutPage({ shop, app }: StorePage, path: string): string {
  const label = sectionLabel(path.split("/")[0] ?? path);
  const root = `/store/${storeName(shop.domain)}`;
  return storePage({ shop, app }, path, label, [
    html`<section class="card blank">
      <h2>Not part of this stand-in</h2>
      <p>
        In Shopify Admin this address shows the store’s own page. The sandbox keeps to what the app
        needs: its frame, the products and their prices.
      </p>
      <a class="button" href="${root}/apps/${app.handle}">Open ${app.name}</a>
    </section>`,
  ]);
}

/** A page of the Admin itself: a title and cards. */
export function storePage(
  input: StorePage,
  section: string,
  title: string,
  cards: Markup[],
): string {
  return adminLayout({
    ...input,
    section,
    title,
    head: html`<script src="/admin-assets/store.js" defer></script>`,
    stage: html`<div class="store-page">
      <h1>${title}</h1>
      ${cards}
    </div>`,
  });
}

function productRow(product: AdminProduct, currency: string): Markup {
  // Decimal strings, compared as numbers only to put them in order.
  const prices = product.variants.map(({ price }) => price).sort((a, b) => Number(a) - Number(b));
  const [lowest = "", highest = ""] = [prices.at(0), prices.at(-1)];
  const range = lowest === highest ? lowest : `${lowest} – ${highest}`;
  const status = product.status.charAt(0) + product.status.slice(1).toLowerCase();
  const variants =
    product.variants.length > 1
      ? html`<small>${product.variants.length} variants</small>`
      : nothing;
  return html`<tr>
    <td>
      <div class="product">
        ${thumbnail(product)}<span><b>${product.title}</b>${variants}</span>
      </div>
    </td>
    <td><span class="status ${product.status.toLowerCase()}">${status}</span></td>
    <td class="number">${product.totalInventory}</td>
    <td class="number">${range} <small>${currency}</small></td>
    <td>${product.productType}</td>
    <td>${product.vendor}</td>
  </tr>`;
}

function thumbnail(product: AdminProduct): Markup {
  const source =
    product.imageUrl ?? `/admin-assets/product.svg?title=${encodeURIComponent(product.title)}`;
  return html`<img class="thumbnail" src="${source}" alt="" loading="lazy" />`;
}
