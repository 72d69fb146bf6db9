/** Vitest global setup of the projects that need PostgreSQL: one server per run, handed to the tests as a value. */
import type { TestProject } from "vitest/node";
// Declares the name and shape of what is provided.
import type {} from "@calibr/shared/testing/database";
import { openTestServer } from "./test-server.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, close } = await openTestServer();
  project.provide("testServer", { ...server });
  return close;
}
