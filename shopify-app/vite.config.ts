import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig } from "vite";

declare module "@remix-run/node" {
  interface Future {
    v3_singleFetch: true;
  }
}

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [
    remix({
      ignoredRouteFiles: ["**/*.test.*"],
      serverModuleFormat: "esm",
      future: {
        v3_fetcherPersist: true,
        v3_lazyRouteDiscovery: true,
        v3_relativeSplatPath: true,
        v3_routeConfig: false,
        v3_singleFetch: true,
        v3_throwAbortReason: true,
      },
    }),
  ],
  build: {
    target: isSsrBuild === true ? "node24" : "es2022",
    assetsInlineLimit: 0,
    // The workspace's own code is TypeScript that Node runs as it is: the server imports the very files that
    // the worker and the tests run, so that there is one copy of each module in the process.
    rollupOptions: isSsrBuild === true ? { external: [/^@calibr\/shared\//] } : {},
  },
}));
