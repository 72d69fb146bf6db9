/**
 * The database roles of Calibr, made before the first migration because migrations grant to them.
 *
 * - owner: runs migrations; whoever DATABASE_URL names (`calibr_owner` in the embedded cluster).
 * - calibr_web, calibr_worker: the two processes. Neither owns a table nor bypasses row-level security.
 * - calibr_queue: owns the schema `graphile_worker` and nothing else.
 * - calibr_dispatch: logs in nowhere; owns the functions that cross from tenants into the queue.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";

export const LOGIN_ROLES = ["calibr_web", "calibr_worker", "calibr_queue"] as const;
export type LoginRole = (typeof LOGIN_ROLES)[number];
export type Passwords = Readonly<Record<LoginRole, string>>;

/** An arbitrary number, the same in every process, for the lock under which roles are made. */
const ROLES_LOCK = 4_011_992;
/** Somebody else made or changed the same role at the same moment: duplicate object, unique violation, concurrent update. */
const LOST_RACE = new Set(["42710", "23505", "XX000"]);
const ATTEMPTS = 5;

/** Makes the roles that are missing. Leaves the passwords of those that exist alone. Safe to run from many processes. */
export async function ensureRoles(owner: pg.Client, passwords: Passwords): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await makeMissingRoles(owner, passwords);
      return;
    } catch (error) {
      // Roles belong to the whole cluster but locks to one database, so a race is still possible.
      const code = (error as { code?: string }).code ?? "";
      if (!LOST_RACE.has(code) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function makeMissingRoles(owner: pg.Client, passwords: Passwords): Promise<void> {
  await owner.query("select pg_advisory_lock($1)", [ROLES_LOCK]);
  try {
    const { rows } = await owner.query<{ rolname: string }>(
      "select rolname from pg_roles where rolname like 'calibr\\_%'",
    );
    const existing = new Set(rows.map((row) => row.rolname));
    for (const role of LOGIN_ROLES)
      if (!existing.has(role))
        await owner.query(
          `create role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole password ${pg.escapeLiteral(passwords[role])}`,
        );
    if (!existing.has("calibr_dispatch"))
      await owner.query("create role calibr_dispatch nologin nosuperuser nobypassrls");
    await joinOwnRoles(owner);
  } finally {
    await owner.query("select pg_advisory_unlock($1)", [ROLES_LOCK]);
  }
}

/**
 * A managed PostgreSQL gives no superuser; such an owner may hand objects only to roles it can become.
 * Since PostgreSQL 16 whoever makes a role may administer it, yet cannot become it until it grants itself that too.
 */
async function joinOwnRoles(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ since16: boolean }>(
    "select current_setting('server_version_num')::int >= 160000 as since16",
  );
  const right = rows[0]?.since16 ? "SET" : "MEMBER";
  for (const role of ["calibr_queue", "calibr_dispatch"]) {
    const { rows: answers } = await owner.query<{ can: boolean }>(
      "select pg_has_role(current_user, $1, $2) as can",
      [role, right],
    );
    if (!answers[0]?.can) await owner.query(`grant ${role} to current_user`);
  }
}

/**
 * Sets the passwords of roles that do not accept ours.
 * Only where nobody else can depend on them: on this machine. Elsewhere the person is asked for the URLs.
 */
export async function ensureLogins(options: {
  owner: pg.Client;
  passwords: Passwords;
  urlFor(role: LoginRole): string;
}): Promise<void> {
  for (const role of LOGIN_ROLES) {
    if (await accepts(options.urlFor(role))) continue;
    const host = new URL(options.urlFor(role)).hostname;
    if (!["127.0.0.1", "localhost", "[::1]", ""].includes(host))
      throw new Error(
        `The role ${role} exists on ${host} with a password this checkout does not know. ` +
          "Set WEB_DATABASE_URL, WORKER_DATABASE_URL and QUEUE_DATABASE_URL.",
      );
    await options.owner.query(
      `alter role ${role} login password ${pg.escapeLiteral(options.passwords[role])}`,
    );
  }
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "28P01") return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The passwords kept in `roles.json` (mode 0600), made on first use. */
export function keptPasswords(dataDir: string): Passwords {
  const file = path.join(dataDir, "roles.json");
  const kept = readKept(file);
  if (LOGIN_ROLES.every((role) => kept[role])) return kept as Passwords;
  const fresh = () => randomBytes(24).toString("base64url");
  const passwords: Passwords = {
    calibr_web: kept.calibr_web ?? fresh(),
    calibr_worker: kept.calibr_worker ?? fresh(),
    calibr_queue: kept.calibr_queue ?? fresh(),
  };
  mkdirSync(dataDir, { recursive: true });
  const unfinished = `${file}.${String(process.pid)}`;
  writeFileSync(unfinished, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
  return passwords;
}

function readKept(file: string): Partial<Passwords> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<Passwords>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
