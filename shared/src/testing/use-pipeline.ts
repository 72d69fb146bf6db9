import { afterAll, beforeAll } from "vitest";
import { createTestDatabase } from "./database.ts";
import { openPipeline, type Pipeline } from "./pipeline-shop.ts";

/** A pipeline over a database of the test file's own: it is there when the tests run, and gone after them. */
export function usePipeline(): Pipeline {
  const pipeline: Partial<Pipeline> = {};
  beforeAll(async () => {
    Object.assign(pipeline, openPipeline(await createTestDatabase()));
  });
  afterAll(async () => {
    await pipeline.close?.();
    await pipeline.database?.drop();
  });
  // Whole before anything that may use it: hooks and tests run after this one's.
  return pipeline as Pipeline;
}
