import { createMemoryQuotaStore } from "./memory-quota-store.ts";
import { describeQuotaStore } from "./quota-store.conformance.ts";

const store = createMemoryQuotaStore();

describeQuotaStore(() => store);
