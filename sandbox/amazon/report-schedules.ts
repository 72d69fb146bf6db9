/** Report schedules: a report is asked for by itself each time its period is over, until cancelled. */
import type { SandboxClock } from "../clock.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput, notFound } from "./reply.ts";
import { instantOf, parseReportSpecification } from "./reports.ts";
import type { Reports } from "./reports.ts";
import type { ReportSpecification } from "./report-writers.ts";
import { queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const PATH = "/reports/2021-06-30/schedules";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PERIODS: Readonly<Record<string, number>> = {
  PT5M: 5 * MINUTE_MS,
  PT15M: 15 * MINUTE_MS,
  PT30M: 30 * MINUTE_MS,
  PT1H: HOUR_MS,
  PT2H: 2 * HOUR_MS,
  PT4H: 4 * HOUR_MS,
  PT8H: 8 * HOUR_MS,
  PT12H: 12 * HOUR_MS,
  P1D: DAY_MS,
  P2D: 2 * DAY_MS,
  P3D: 3 * DAY_MS,
  PT84H: 84 * HOUR_MS,
  P7D: 7 * DAY_MS,
  P14D: 14 * DAY_MS,
  P15D: 15 * DAY_MS,
  P18D: 18 * DAY_MS,
  P30D: 30 * DAY_MS,
  P1M: 30 * DAY_MS,
};

interface Schedule {
  readonly id: string;
  readonly call: Pick<SpCall, "sellerId" | "region">;
  readonly specification: ReportSpecification;
  readonly period: string;
  nextAt: Date;
  cancel: () => void;
}

export interface ReportSchedules {
  readonly operations: readonly SpOperation[];
  reset(): void;
}

interface SchedulesOptions {
  readonly clock: SandboxClock;
  readonly reports: Reports;
}

export function createReportSchedules(options: SchedulesOptions): ReportSchedules {
  return new ScheduleDesk(options);
}

class ScheduleDesk implements ReportSchedules {
  readonly operations: readonly SpOperation[];
  readonly #options: SchedulesOptions;
  readonly #schedules = new Map<string, Schedule>();
  #serial = 70_000;

  constructor(options: SchedulesOptions) {
    this.#options = options;
    const one = `${PATH}/{reportScheduleId}`;
    this.operations = [
      { name: "createReportSchedule", method: "POST", path: PATH, access: "seller", handle: (call) => this.#create(call) },
      { name: "getReportSchedules", method: "GET", path: PATH, access: "seller", handle: (call) => this.#list(call) },
      { name: "getReportSchedule", method: "GET", path: one, access: "seller", handle: (call) => ({ body: view(this.#find(call)) }) },
      { name: "cancelReportSchedule", method: "DELETE", path: one, access: "seller", handle: (call) => this.#cancel(call) },
    ]; // prettier-ignore
  }

  reset(): void {
    for (const schedule of [...this.#schedules.values()]) this.#drop(schedule);
  }

  #create(call: SpCall): SpReply {
    const now = this.#options.clock.now();
    const specification = parseReportSpecification(call, now);
    const { period, nextReportCreationTime } = isRecord(call.body) ? call.body : {};
    if (typeof period !== "string" || PERIODS[period] === undefined)
      throw invalidInput("Invalid period.");
    // One schedule per type and marketplaces: a new one takes the place of the old.
    for (const each of [...this.#schedules.values()]) {
      if (isSame(each, call, specification)) this.#drop(each);
    }
    this.#serial += 1;
    const { sellerId, region } = call;
    const schedule: Schedule = {
      id: `${this.#serial}020018`,
      call: { sellerId, region },
      specification,
      period,
      nextAt: instantOf(nextReportCreationTime) ?? now,
      cancel: () => undefined,
    };
    this.#schedules.set(schedule.id, schedule);
    this.#wait(schedule);
    return { status: 201, body: { reportScheduleId: schedule.id } };
  }

  /** A schedule's report covers the period that has just ended. */
  #wait(schedule: Schedule): void {
    const { clock, reports } = this.#options;
    const periodMs = PERIODS[schedule.period] ?? DAY_MS;
    const delayMs = schedule.nextAt.getTime() - clock.now().getTime();
    schedule.cancel = clock.after(Math.max(0, delayMs), () => {
      const until = clock.now();
      const from = new Date(until.getTime() - periodMs);
      const owner = { ...schedule.call, reportScheduleId: schedule.id };
      reports.request(owner, { ...schedule.specification, from, until });
      schedule.nextAt = new Date(until.getTime() + periodMs);
      this.#wait(schedule);
    });
  }

  #cancel(call: SpCall): SpReply {
    this.#drop(this.#find(call));
    return { body: {} };
  }

  #drop(schedule: Schedule): void {
    schedule.cancel();
    this.#schedules.delete(schedule.id);
  }

  #find(call: SpCall): Schedule {
    const found = this.#schedules.get(call.params["reportScheduleId"] ?? "");
    if (found?.call.sellerId !== call.sellerId) throw notFound("Report schedule not found.");
    return found;
  }

  #list(call: SpCall): SpReply {
    requiredQuery(call, "reportTypes");
    const types = queryList(call, "reportTypes");
    const found = [...this.#schedules.values()]
      .filter((each) => each.call.sellerId === call.sellerId)
      .filter(({ specification }) => types.includes(specification.reportType));
    return { body: { reportSchedules: found.map(view) } };
  }
}

function isSame(schedule: Schedule, call: SpCall, specification: ReportSpecification): boolean {
  return (
    schedule.call.sellerId === call.sellerId &&
    schedule.specification.reportType === specification.reportType &&
    schedule.specification.marketplaceIds.join() === specification.marketplaceIds.join()
  );
}

function view({ id, specification, period, nextAt }: Schedule) {
  const options = Object.entries(specification.options).map(([name, value]) => [
    name,
    String(value),
  ]);
  return {
    reportScheduleId: id,
    reportType: specification.reportType,
    marketplaceIds: specification.marketplaceIds,
    reportOptions: Object.fromEntries(options) as Record<string, string>,
    period,
    nextReportCreationTime: nextAt.toISOString(),
  };
}
