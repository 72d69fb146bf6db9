import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestStore } from "./testing/start-test-store.ts";
import type { TestStore } from "./testing/start-test-store.ts";

const RUN = `mutation Run($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) {
  bulkOperation { id status } userErrors { field message code } } }`;
const POLL = `query Poll($id: ID!) { bulkOperation(id: $id) {
  id status errorCode objectCount rootObjectCount fileSize url } }`;

interface Operation {
  readonly id: string;
  readonly status: string;
  readonly objectCount: string;
  readonly url: string | null;
}
interface RunPayload {
  readonly bulkOperation: Operation | null;
  readonly userErrors: { readonly code: string; readonly message: string }[];
}

describe("a bulk operation", () => {
  let store: TestStore;
  let token: string;
  beforeAll(async () => {
    store = await startTestStore();
    token = await store.signIn();
  });
  afterAll(() => store.close());

  const run = async (query: string): Promise<RunPayload> => {
    const answer = await store.graphql(token, RUN, { query });
    return answer.body.data?.["bulkOperationRunQuery"] as unknown as RunPayload;
  };
  const poll = async (id: string | undefined): Promise<Operation> => {
    const answer = await store.graphql(token, POLL, { id });
    return answer.body.data?.["bulkOperation"] as unknown as Operation;
  };
  const lines = async (url: string | null): Promise<Record<string, unknown>[]> => {
    const { hostname, pathname } = new URL(url ?? "");
    const text = await (await store.fetchVendor(hostname, pathname)).text();
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it("reads the whole catalogue as JSONL, children after their parent", async () => {
    const started = await run(
      "{ products { edges { node { id title variants { edges { node { id sku price } } } } } } }",
    );
    expect(started.userErrors).toEqual([]);
    expect(started.bulkOperation?.status).toBe("CREATED");

    await store.clock.advance(1_000);

    const operation = await poll(started.bulkOperation?.id);
    expect(operation.status).toBe("COMPLETED");
    const rows = await lines(operation.url);
    expect(String(rows.length)).toBe(operation.objectCount);
    const parents = rows.filter((row) => row["__parentId"] === undefined);
    expect(parents.length).toBe(280);
    expect(parents[0]).not.toHaveProperty("variants");
    expect(rows[1]).toMatchObject({ __parentId: parents[0]?.["id"] });
    await store.control("webhooks_settled");
    expect(store.webhooks.at(-1)).toMatchObject({
      payload: { admin_graphql_api_id: operation.id, status: "completed", type: "query" },
    });
  });

  it("answers an empty result with no URL", async () => {
    const started = await run("{ orders { edges { node { id } } } }");
    await store.clock.advance(1_000);

    expect(await poll(started.bulkOperation?.id)).toMatchObject({ status: "COMPLETED", url: null });
  });

  it.each([
    ["a field that does not exist", "{ products { edges { node { nickname } } } }", "nickname"],
    ["two top-level fields", "{ products { edges { node { id } } } shop { id } }", "one top-level"],
  ])("refuses %s", async (_name, query, message) => {
    const { bulkOperation, userErrors } = await run(query);

    expect(bulkOperation).toBeNull();
    expect(userErrors[0]).toMatchObject({ code: "INVALID" });
    expect(userErrors[0]?.message).toContain(message);
  });

  it("runs one mutation per uploaded line, and the prices stick", async () => {
    const staged = await store.graphql(
      token,
      `mutation { stagedUploadsCreate(input: [{resource: BULK_MUTATION_VARIABLES, filename: "v.jsonl",
        mimeType: "text/jsonl", httpMethod: POST}]) { stagedTargets { url parameters { name value } } } }`,
    );
    const [target] = (
      staged.body.data?.["stagedUploadsCreate"] as unknown as {
        stagedTargets: { url: string; parameters: { name: string; value: string }[] }[];
      }
    ).stagedTargets;
    const { id, productId } = await store.control<{ id: string; productId: string }>("variant", {
      sku: "FREE-TOTE",
    });
    const form = new FormData();
    for (const { name, value } of target?.parameters ?? []) form.append(name, value);
    form.append(
      "file",
      new Blob([JSON.stringify({ productId, variants: [{ id, price: "9.00" }] })]),
    );
    const uploaded = await store.fetchVendor(new URL(target?.url ?? "").hostname, "/", {
      method: "POST",
      body: form,
    });
    expect(uploaded.status).toBe(201);

    const answer = await store.graphql(
      token,
      `mutation ($mutation: String!, $path: String!) { bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) {
        bulkOperation { id } userErrors { code message } } }`,
      {
        mutation: `mutation call($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
          productVariantsBulkUpdate(productId: $productId, variants: $variants) { userErrors { code } } }`,
        path: target?.parameters.find(({ name }) => name === "key")?.value,
      },
    );
    const started = answer.body.data?.["bulkOperationRunMutation"] as unknown as RunPayload;
    expect(started.userErrors).toEqual([]);
    await store.clock.advance(1_000);

    const operation = await poll(started.bulkOperation?.id);
    expect(await lines(operation.url)).toMatchObject([{ __lineNumber: 0 }]);
    expect(await store.control("variant", { sku: "FREE-TOTE" })).toMatchObject({ price: "9.00" });
    const { writes } = await store.control<{ writes: unknown[] }>("ledger", { sku: "FREE-TOTE" });
    expect(writes).toMatchObject([{ newMinor: 900, by: { kind: "bulk" } }]);
  });
});
