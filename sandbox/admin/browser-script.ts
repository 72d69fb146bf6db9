import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

const IMPORT = /^import\s*(?:\{[^}]*\}\s*from\s*)?"([^"]+)";?/gm;
const EXPORT = /^export\s+(?=(?:const|let|function|async|class)\b)/gm;

/**
 * One classic browser script made of a TypeScript file and everything it imports, without a build
 * step: types are stripped, the modules are put one after another inside a closure (imports first)
 * and their import and export words are taken out. So all of them share one scope: top-level names
 * must differ between files, and only relative `import { name }` without renaming is understood.
 */
export function browserScript(entry: URL): string {
  const modules = new Map<string, string>();
  collect(entry, modules);
  return `(() => {\n"use strict";\n${[...modules.values()].join("\n")}\n})();\n`;
}

function collect(file: URL, modules: Map<string, string>): void {
  if (modules.has(file.href)) return;
  const script = stripTypeScriptTypes(readFileSync(file, "utf8"));
  // Reserved before its imports are read, so that two files that import each other come to an end.
  modules.set(file.href, "");
  for (const [, specifier] of script.matchAll(IMPORT)) {
    if (!specifier?.startsWith(".")) {
      throw new Error(`${file.pathname}: a browser script cannot import "${specifier ?? ""}"`);
    }
    collect(new URL(specifier, file), modules);
  }
  modules.delete(file.href);
  modules.set(file.href, script.replace(IMPORT, "").replace(EXPORT, "").trim());
}
