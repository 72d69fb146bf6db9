// Who may import whom (docs/CONTRIBUTING.md has the table). Run by `npm run check`; scripts/boundaries.test.ts
// proves that every rule fires. A rule without a `to.pathNot` forbids; with one it lists all that is allowed.

const TEST = String.raw`\.(test|db\.test|reference\.test|conformance|e2e)\.tsx?$|/testing/`;

/** Packages as dependency-cruiser sees them: resolved into some node_modules folder. */
const npm = (...names) => `(^|/)node_modules/(${names.join("|")})/`;

/** Everything outside the listed places is forbidden. */
const only = ({ name, from, to, comment, alsoFromNot, toExtra }) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: [TEST, ...(alsoFromNot ?? [])] },
  to: { pathNot: to, ...toExtra },
});

const never = ({ name, from, to, comment, fromNot, toExtra }) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: [TEST, ...(fromNot ?? [])] },
  to: { path: to, ...toExtra },
});

module.exports = {
  forbidden: [
    only({
      name: "stats-knows-no-prices",
      comment:
        "The numerics are checked against R and textbooks; a word of the domain in them would tie them to us.",
      from: "^shared/src/stats/",
      to: ["^shared/src/stats/", npm("@stdlib/[^/]+")],
    }),
    only({
      name: "core-is-pure",
      comment:
        "Same input, same price: no package, no Node module, nothing that could read a clock or a network.",
      from: "^shared/src/core/",
      to: ["^shared/src/(core|stats)/"],
    }),
    only({
      name: "ports-are-interfaces",
      comment:
        "A port that knew an adapter would let the rules depend on one vendor. The queue's port names job specs.",
      from: "^shared/src/ports/",
      to: ["^shared/src/(ports|core|jobs)/"],
    }),
    only({
      name: "jobs-are-specs",
      comment: "The web process enqueues by spec; a handler here would drag the worker into it.",
      from: "^shared/src/jobs/",
      to: ["^shared/src/(jobs|core)/", npm("zod")],
    }),
    only({
      name: "services-meet-the-world-through-ports",
      comment:
        "A use case runs the same on a fake and on the real thing: no adapter, Prisma, Remix, graphile-worker or Node module.",
      from: "^shared/src/services/",
      to: ["^shared/src/(services|core|stats|ports|jobs)/"],
    }),
    only({
      name: "config-stands-alone",
      comment: "It is read before anything else exists, and it alone reads the environment.",
      from: "^shared/src/config/",
      to: ["^shared/src/(config|core)/", npm("zod")],
      // "core" is dependency-cruiser's word for Node's own modules.
      toExtra: { dependencyTypesNot: ["core"] },
    }),
    never({
      name: "adapters-do-not-decide",
      comment: "An adapter that called a service would hide a rule behind a driver.",
      from: "^shared/src/adapters/",
      to: "^shared/src/(services|config)/|^(shopify-app|amazon-worker)/",
    }),
    never({
      name: "adapters-stand-side-by-side",
      comment:
        "Each vendor can be replaced alone. The queue may share postgres's transaction, so that a job commits with its cause.",
      from: "^shared/src/adapters/([^/]+)/",
      to: "^shared/src/adapters/",
      toExtra: {
        pathNot: [
          "^shared/src/adapters/$1/",
          "^shared/src/adapters/postgres/[^/]*transaction[^/]*$",
        ],
      },
    }),
    never({
      name: "routes-go-through-services",
      comment:
        "A page authenticates, parses, calls one service and replies; data access in a page escapes the tests of services.",
      from: "^shopify-app/app/(routes|components|copy|http)/",
      to: `^shared/src/(adapters|config)/|${npm("pg", "@prisma/[^/]+", "graphile-worker")}`,
    }),
    never({
      name: "components-show",
      comment:
        "Props in, events out: a component that fetched or called a service could not be shown without a server.",
      from: "^shopify-app/app/(components|copy)/",
      to: String.raw`^shared/src/services/|\.server\.tsx?$`,
      // What a service returns is what a component shows: its types are the contract.
      toExtra: { dependencyTypesNot: ["type-only"] },
    }),
    {
      name: "web-never-calls-amazon",
      comment:
        "Amazon's secrets exist only in the worker's environment; not even a detour may bring a client into the web process.",
      severity: "error",
      from: { path: "^shopify-app/", pathNot: TEST },
      to: {
        path: `^amazon-worker/|${npm("amazon-sp-api", "@sp-api-sdk/[^/]+", "@aws-sdk/[^/]+")}`,
        reachable: true,
      },
    },
    never({
      name: "worker-never-serves-pages",
      comment: "The two processes share rows and services, never code of each other.",
      from: "^amazon-worker/",
      to: `^shopify-app/|${npm("@remix-run/[^/]+", "express", "react", "react-dom")}`,
    }),
    only({
      name: "tasks-are-thin",
      comment:
        "A task names its spec and one service; with an adapter in hand it would grow rules that no service test sees.",
      from: "^amazon-worker/src/tasks/",
      to: [
        "^shared/src/(jobs|services|core|ports)/",
        String.raw`^amazon-worker/src/(task-runner|stage-[^/]+)\.ts$`,
        npm("graphile-worker"),
      ],
    }),
    never({
      name: "channels-only-translate",
      comment:
        "A channel turns vendor words into ours behind a port; the next channel is one more folder.",
      from: "^amazon-worker/src/channels/",
      to: String.raw`^shared/src/(services|adapters|config|jobs)/|^amazon-worker/src/(tasks/|[^/]+\.ts$)`,
    }),
    never({
      name: "channels-stand-side-by-side",
      comment:
        "What two channels share is a port or core; else the second could not be removed without breaking the first.",
      from: "^amazon-worker/src/channels/([^/]+)/",
      to: "^amazon-worker/src/channels/",
      toExtra: { pathNot: ["^amazon-worker/src/channels/$1/"] },
    }),
    {
      name: "one-service-writes-a-price",
      comment:
        "Every price leaves through the last gate: only the push service may hold the port that writes to a channel.",
      severity: "error",
      from: {
        path: "^shared/src/(services|jobs)/|^shopify-app/",
        pathNot: [
          TEST,
          String.raw`^shared/src/services/changes/`,
          String.raw`^shopify-app/app/services\.server\.ts$`,
        ],
      },
      to: { path: String.raw`^shared/src/ports/price-(channel|feeder)\.ts$` },
    },
    {
      name: "fakes-share-no-bug",
      comment:
        "A stand-in built on the code it should catch agrees with every mistake. It may take core's types, nothing that runs.",
      severity: "error",
      from: {
        path: "^sandbox/",
        pathNot: [TEST, "^sandbox/(e2e|demo)/", String.raw`^sandbox/demo[^/]*\.ts$`],
      },
      to: {
        path: "^(shared/src|shopify-app|amazon-worker)/",
        // core's type-only imports are the one thing allowed.
        pathNot: "^shared/src/core/",
      },
    },
    {
      name: "fakes-take-only-types-of-core",
      comment: "See fakes-share-no-bug: a shared money parser would hide its own mistakes.",
      severity: "error",
      from: {
        path: "^sandbox/",
        pathNot: [TEST, "^sandbox/(e2e|demo)/", String.raw`^sandbox/demo[^/]*\.ts$`],
      },
      to: { path: "^shared/src/core/", dependencyTypesNot: ["type-only"] },
    },
    never({
      name: "product-knows-no-sandbox",
      comment:
        "What is shipped never imports a stand-in, a test or a test's tools: the demo runs the real code.",
      from: "^(shared/src|shopify-app|amazon-worker)/",
      to: `^(sandbox|bench|scripts)/|${TEST}`,
    }),
    never({
      name: "drivers-stay-in-their-adapter",
      comment:
        "Tenant isolation hangs on every query going through the transaction helper that sets the shop.",
      from: "^(shared/src|shopify-app|amazon-worker)/",
      fromNot: [
        "^shared/src/adapters/(postgres|queue)/",
        // Composition roots make the pools and hand them on.
        String.raw`^amazon-worker/src/(main|compose)\.ts$`,
        String.raw`^shopify-app/app/services\.server\.ts$`,
      ],
      to: npm("pg", "@prisma/[^/]+"),
    }),
    {
      name: "shipped-code-needs-no-dev-package",
      comment: "A production install leaves development packages out.",
      severity: "error",
      from: {
        path: "^(shared/src|shopify-app/(app|server)|amazon-worker/src)/",
        pathNot: TEST,
      },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only", "npm"],
        // Types only, whatever the import says.
        pathNot: npm("@types/[^/]+"),
      },
    },
    {
      name: "no-circle",
      comment: "Two modules that need each other are one module, or miss a third.",
      severity: "error",
      from: { pathNot: "/generated/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "imports-resolve",
      comment: "A path that resolves to nothing is invisible to every rule above.",
      severity: "error",
      from: {},
      to: {
        couldNotResolve: true,
        // Made by the build, absent before it.
        pathNot: String.raw`^virtual:|/build/|\?url$`,
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: String.raw`(^|/)(build|\.data|coverage)/` },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
    cache: { folder: "node_modules/.cache/boundaries", strategy: "content" },
  },
};
