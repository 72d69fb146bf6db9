// Makes a checkout ready to run: the packages of package-lock.json, then the generated database client.
//
// It runs before every npm script that needs packages (`pretest`, `predemo`, …), so it must work with nothing
// installed and on whatever Node the machine has (18 or later), and cost next to nothing when all is in place.
// Plain JavaScript on purpose: only our pinned Node 24, which this file installs, runs TypeScript unbuilt.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(root, ...parts);

const lockfile = at("package-lock.json");
const installedLockfile = at("node_modules", ".package-lock.json");
const installStamp = at("node_modules", ".calibr-install.json");
const pinnedNode = at("node_modules", "node", "bin", "node");
const prismaSchema = at("prisma", "schema.prisma");
const prismaOutput = at("shared", "src", "adapters", "postgres", "generated");
const prismaStamp = path.join(prismaOutput, ".made-from");

if (process.argv.includes("--help")) {
  console.log(`Usage: node scripts/ensure-install.mjs

Runs "npm ci" when the installed packages differ from package-lock.json, and
"prisma generate" when the database client is missing or older than its schema.
Does nothing, quickly, when both are current.`);
} else {
  main().catch((error) => {
    console.error(`\nSetting up failed: ${error.message}`);
    process.exitCode = 1;
  });
}

async function main() {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 18)
    throw new Error(
      `Node ${process.versions.node} is too old to install with; 18 or later is needed.`,
    );
  if (isInstalled() && isClientCurrent()) return;
  const release = await takeLock();
  try {
    if (!isInstalled()) await install();
    if (!isClientCurrent()) await generateClient();
  } finally {
    release();
  }
}

/** The stamp is the quick answer; without one (somebody ran npm by hand) the two lockfiles are compared once. */
function isInstalled() {
  if (!existsSync(installedLockfile) || !hasNode24()) return false;
  const stamp = stampNow();
  if (readOr(installStamp, "") === stamp) return true;
  if (!lockfilesAgree()) return false;
  writeFileSync(installStamp, stamp);
  return true;
}

function stampNow() {
  const { mtimeMs, size } = statSync(installedLockfile);
  return JSON.stringify({
    lock: hash(readFileSync(lockfile)),
    installed: `${size}@${mtimeMs}`,
    platform: `${process.platform}-${process.arch}`,
  });
}

function lockfilesAgree() {
  const wanted = JSON.parse(readFileSync(lockfile, "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedLockfile, "utf8")).packages;
  // A production image may have been installed without the development packages.
  const mayLackDev = process.env.NODE_ENV === "production";
  return Object.entries(wanted).every(([name, entry]) => {
    if (!name.includes("node_modules/") || entry.optional || entry.devOptional || entry.peer)
      return true;
    const found = installed[name];
    if (!found) return mayLackDev && entry.dev === true;
    return found.version === entry.version && found.resolved === entry.resolved;
  });
}

async function install() {
  const again = existsSync(installedLockfile);
  console.log(
    again
      ? "The installed packages differ from package-lock.json: installing again (about a minute)."
      : "First run: installing the packages of package-lock.json, with Node 24 and PostgreSQL 18 among them (about a minute).",
  );
  // Development packages are part of every run from a checkout, whatever NODE_ENV says.
  await run(
    "npm ci",
    npmCommand(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]),
  );
  // With `ignore-scripts` set the package that brings Node 24 has not unpacked it yet.
  if (!hasNode24())
    await run("unpacking Node 24", [process.execPath, ["installArchSpecificPackage"]], {
      cwd: at("node_modules", "node"),
    });
  if (!hasNode24())
    throw new Error(
      "Node 24 did not arrive in node_modules/node/bin; run `npm ci` by hand to see why.",
    );
  writeFileSync(installStamp, stampNow());
}

function isClientCurrent() {
  return !existsSync(prismaSchema) || readOr(prismaStamp, "") === clientStampNow();
}

function clientStampNow() {
  const config = readOr(at("prisma.config.ts"), "");
  const version = readOr(at("node_modules", "prisma", "package.json"), "").match(
    /"version": *"([^"]+)"/,
  )?.[1];
  return hash(`${readFileSync(prismaSchema, "utf8")}\n${config}\n${version}`);
}

async function generateClient() {
  console.log("Making the database client from prisma/schema.prisma (a few seconds).");
  const stamp = clientStampNow();
  const prisma = at("node_modules", "prisma", "build", "index.js");
  await run("prisma generate", [nodeToUse(), [prisma, "generate"]], {
    // `generate` never calls the schema engine, yet downloads it unless told where one is: any executable will do.
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
    quiet: true,
  });
  mkdirSync(prismaOutput, { recursive: true });
  writeFileSync(prismaStamp, stamp);
}

/** Runs one command; prints a line every five seconds, so that nobody wonders whether it still works. */
function run(label, [command, args], { cwd = root, env = childEnvironment(), quiet = false } = {}) {
  const startedMs = performance.now();
  const elapsed = () => `${Math.round((performance.now() - startedMs) / 1000)} s`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", quiet ? "pipe" : "inherit", "pipe"],
    });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (quiet ? (output += chunk) : process.stderr.write(chunk)));
    const ticker = setInterval(() => console.log(`  ${label}: ${elapsed()} so far`), 5000);
    child.on("error", (error) => {
      clearInterval(ticker);
      reject(error);
    });
    child.on("close", (code) => {
      clearInterval(ticker);
      if (code !== 0) return reject(new Error(`${label} ended with code ${code}.\n${output}`));
      console.log(`  ${label}: done in ${elapsed()}`);
      resolve();
    });
  });
}

/** The npm that started us, so that its version and settings stay the person's own. */
function npmCommand(args) {
  const own = process.env.npm_execpath;
  return own && /\.[cm]?js$/.test(own) ? [process.execPath, [own, ...args]] : ["npm", args];
}

/** Flags given to the outer npm command reach us as npm_config_…; these would change what `npm ci` does. */
function childEnvironment() {
  const env = { ...process.env };
  for (const name of [
    "json",
    "dry_run",
    "omit",
    "only",
    "production",
    "workspace",
    "workspaces",
    "global",
  ])
    delete env[`npm_config_${name}`];
  return env;
}

function hasNode24() {
  return existsSync(pinnedNode) && statSync(pinnedNode).size > 0;
}

function nodeToUse() {
  return hasNode24() ? pinnedNode : process.execPath;
}

/** Two scripts started at once on a fresh checkout must not both run `npm ci`. */
async function takeLock() {
  const lock = at(".data", "install.lock");
  mkdirSync(path.dirname(lock), { recursive: true });
  for (let announced = false; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(Number(readOr(lock, "0")))) rmSync(lock, { force: true });
    else {
      if (!announced) console.log("Another script is installing; waiting for it.");
      announced = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex");
}
