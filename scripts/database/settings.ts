/** Server settings of the embedded clusters, as `postgres -c` arguments. */

const SHARED_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  // TCP only: the path of a socket file may be longer than the system allows.
  unix_socket_directories: "",
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
  logging_collector: "off",
  log_min_messages: "warning",
  // Compiling expressions costs more than it saves on our short statements.
  jit: "off",
};

/** Throwaway clusters may lose everything in a power cut; a shop's clusters never run with these. */
const THROWAWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
};

export type Durability = "durable" | "throwaway";

export function serverArguments(durability: Durability, port: number): string[] {
  const settings = {
    ...SHARED_SETTINGS,
    ...(durability === "throwaway" ? THROWAWAY_SETTINGS : {}),
    port: String(port),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
