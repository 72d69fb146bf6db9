import { describe, expect, it } from "vitest";
import { type LockedPackages, missingEntries } from "./complete-lockfile.ts";
import { read } from "./project-files.ts";

const asking = (name: string, version = "1.2.3"): LockedPackages => ({
  "": {},
  "node_modules/parent": { version: "1.0.0", dev: true, optionalDependencies: { [name]: version } },
});

describe("package-lock.json", () => {
  it("has every optional package, so that npm ci accepts it on every platform", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as { packages: LockedPackages };

    expect(Object.keys(missingEntries(packages))).toEqual([]);
  });
});

describe("a platform package that npm left out", () => {
  it.each([
    ["@x/x-darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
    ["@x/x-linux-x64-musl", { os: ["linux"], cpu: ["x64"], libc: ["musl"] }],
    ["@x/x-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@x/x-android-arm-eabi", { os: ["android"], cpu: ["arm"] }],
    ["@x/x-win32-ia32-msvc", { os: ["win32"], cpu: ["ia32"] }],
  ])("is described by its name: %s", (name, platform) => {
    expect(missingEntries(asking(name))).toEqual({
      [`node_modules/${name}`]: { version: "1.2.3", dev: true, optional: true, ...platform },
    });
  });

  it("is not missing when it is installed beside the package that asks", () => {
    const nested = { "node_modules/parent/node_modules/@x/x-linux-x64": { version: "1.2.3" } };

    expect(missingEntries({ ...asking("@x/x-linux-x64"), ...nested })).toEqual({});
  });

  it.each(["bufferutil", "@x/x-linux-x64"])(
    "is not guessed when name or version leave a choice: %s",
    (name) => {
      expect(() => missingEntries(asking(name, "^1.2.3"))).toThrow("complete registry");
    },
  );
});
