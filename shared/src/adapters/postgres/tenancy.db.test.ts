import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createPool, inShopTransaction, onConnection, type Pool } from "./pool.ts";

const pipeline = usePipeline();
let owner: Pool;
let web: Pool;

beforeAll(async () => {
  owner = createPool({ url: pipeline.database.ownerUrl, connectionsMax: 1, onIdleError: () => {} });
  web = createPool({ url: pipeline.database.webUrl, connectionsMax: 2, onIdleError: () => {} });
});
afterAll(async () => {
  await owner.end();
  await web.end();
});

const ask = <Row>(text: string, values: readonly unknown[] = []) =>
  onConnection(owner, async (client) => (await client.query<Row>(text, values)).rows);

const TENANT_TABLES = `
  SELECT c.oid, c.relname FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
     AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'shop_id')`;

describe("the catalogue", () => {
  it("knows the tables that belong to no shop, and no others", async () => {
    const rows = await ask<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND oid NOT IN (SELECT oid FROM (${TENANT_TABLES}) t) ORDER BY relname`,
    );

    expect(rows.map((row) => row.relname)).toEqual([
      "_prisma_migrations",
      "app_notice",
      "poison_message",
      "price_change_move",
      "quota_bucket",
      "quota_usage",
      "worker",
    ]);
  });

  it("forces row-level security on every table with a shop, by a policy on the current shop", async () => {
    const rows = await ask<{ relname: string }>(
      `SELECT t.relname FROM (${TENANT_TABLES}) t JOIN pg_class c ON c.oid = t.oid
        WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)
           OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = '{0}' AND p.polcmd = '*'
                AND pg_get_expr(p.polqual, c.oid) = '(shop_id = current_shop())'
                AND pg_get_expr(p.polwithcheck, c.oid) = '(shop_id = current_shop())')`,
    );

    expect(rows).toEqual([]);
  });

  it("opens a second way in to the dispatcher alone, which cannot log in", async () => {
    const rows = await ask<{ role: string; rolcanlogin: boolean }>(
      `SELECT DISTINCT r.rolname AS role, r.rolcanlogin FROM pg_policy p JOIN pg_roles r ON r.oid = ANY(p.polroles)
        WHERE p.polname <> 'one_shop' AND p.polrelid IN (SELECT oid FROM (${TENANT_TABLES}) t)`,
    );

    expect(rows).toEqual([{ role: "calibr_dispatch", rolcanlogin: false }]);
  });

  it("begins every tenant's primary key and unique index with the shop", async () => {
    const rows = await ask<{ index: string }>(
      `SELECT i.indexrelid::regclass::text AS index FROM pg_index i JOIN (${TENANT_TABLES}) t ON t.oid = i.indrelid
        WHERE i.indisunique AND i.indkey[0] <> (SELECT attnum FROM pg_attribute WHERE attrelid = t.oid AND attname = 'shop_id')
        ORDER BY 1`,
    );

    // A domain and the hash of a random state are unique by what they are.
    expect(rows.map((row) => row.index)).toEqual(["amazon_link_state_hash_key", "shop_domain_key"]);
  });

  it("gives the processes roles that own nothing, bypass nothing and inherit nothing", async () => {
    const rows = await ask(
      `SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
              (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) AS tables,
              (SELECT count(*)::int FROM pg_proc f WHERE f.proowner = r.oid) AS functions,
              (SELECT count(*)::int FROM pg_auth_members m WHERE m.member = r.oid) AS roles
         FROM pg_roles r WHERE r.rolname IN ('calibr_web', 'calibr_worker') ORDER BY 1`,
    );

    const nothing = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      tables: 0,
      functions: 0,
      roles: 0,
    };
    expect(rows).toEqual([
      { rolname: "calibr_web", ...nothing },
      { rolname: "calibr_worker", ...nothing },
    ]);
  });

  it("lets functions with rights of their own run only as ordinary roles, on a fixed path", async () => {
    const rows = await ask<{ name: string }>(
      `SELECT f.proname AS name FROM pg_proc f JOIN pg_roles r ON r.oid = f.proowner
        WHERE f.pronamespace = 'public'::regnamespace AND f.prosecdef
          AND (r.rolsuper OR r.rolbypassrls OR r.rolcanlogin AND r.rolname <> 'calibr_queue'
               OR NOT coalesce(f.proconfig @> ARRAY['search_path=public'], false)
               OR has_function_privilege('public', f.oid, 'EXECUTE'))`,
    );

    expect(rows).toEqual([]);
  });

  it("lets nobody make things in the schema but its owner", async () => {
    const rows = await ask<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'calibr\\_%' AND rolname <> current_user
          AND NOT rolsuper AND has_schema_privilege(oid, 'public', 'CREATE')`,
    );

    expect(rows).toEqual([]);
  });
});

describe("a connection", () => {
  it.each(["web", "worker"] as const)("that named no shop sees nothing as %s", async (role) => {
    await makeLinkedProduct(pipeline);
    const tables = await ask<{ relname: string }>(TENANT_TABLES);
    const pool = role === "web" ? web : pipeline.pool;

    const seen = await onConnection(pool, async (client) => {
      const found: string[] = [];
      for (const { relname } of tables) {
        // A partition is reached through its table only.
        if (relname === "price_point_default") continue;
        if ((await client.query(`SELECT 1 FROM ${relname} LIMIT 1`)).rowCount > 0)
          found.push(relname);
      }
      return found;
    });

    expect(tables.length).toBeGreaterThan(18);
    expect(seen).toEqual([]);
  });

  it("cannot write a row of another shop than the one it named", async () => {
    const ours = await makeLinkedProduct(pipeline);
    const theirs = await makeLinkedProduct(pipeline);
    const inOurs = (text: string, values: readonly unknown[]) =>
      inShopTransaction(web, ours.shopId, (client) => client.query(text, values));

    await expect(
      inOurs("INSERT INTO shop_settings (shop_id) VALUES ($1)", [theirs.shopId]),
    ).rejects.toMatchObject({ code: "42501" });
    await expect(
      inOurs("UPDATE listing SET shop_id = $1 WHERE listing_id = $2", [
        theirs.shopId,
        ours.amazonId,
      ]),
    ).rejects.toMatchObject({ code: "42501" });
    const touched = await inOurs("UPDATE listing SET title = 'stolen' WHERE listing_id = $1", [
      theirs.amazonId,
    ]);
    expect(touched.rowCount).toBe(0);
  });

  it("never carries a shop into the next use, whatever ended the last one", async () => {
    const shops = [await makeLinkedProduct(pipeline), await makeLinkedProduct(pipeline)];
    const leaks: string[] = [];
    const endings = ["commits", "throws", "fails in SQL", "is rolled back by hand"] as const;

    await Promise.all(
      Array.from({ length: 200 }, async (_, turn) => {
        const mine = shops[turn % 2];
        if (mine === undefined) throw new Error("two shops, two turns");
        const ending = endings[Math.floor(turn / 2) % endings.length];
        const use = inShopTransaction(web, mine.shopId, async (client) => {
          const { rows } = await client.query<{ shop_id: number }>(
            "SELECT DISTINCT shop_id FROM listing",
          );
          for (const row of rows)
            if (row.shop_id !== mine.shopId)
              leaks.push(`${String(mine.shopId)} saw ${String(row.shop_id)}`);
          if (rows.length !== 1)
            leaks.push(`${String(mine.shopId)} saw ${String(rows.length)} shops`);
          if (ending === "throws") throw new Error("expected");
          if (ending === "fails in SQL") await client.query("SELECT 1 / 0");
          if (ending === "is rolled back by hand") await client.query("ROLLBACK");
        });
        await use.catch(() => undefined);
        const after = await onConnection(web, (client) =>
          client.query<{ shop: number | null }>("SELECT current_shop() AS shop"),
        );
        if (after.rows[0]?.shop !== null) leaks.push(`left ${String(after.rows[0]?.shop)} behind`);
      }),
    );

    expect(leaks).toEqual([]);
  });
});
