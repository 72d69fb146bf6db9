import { z } from "zod";
import { type ReadType, unreadable } from "./reading.ts";

const id = z.union([z.string().min(1), z.int()]).transform(String);
const word = z.string().catch("");
const Feed = z.object({
  feedprocessingfinishednotification: z.object({ feedid: id, feedtype: word }),
});
const Report = z.object({
  reportprocessingfinishednotification: z.object({ reportid: id, reporttype: word }),
});

/** FEED_PROCESSING_FINISHED 2020-09-04: which feed. How it ended is read from the feed itself. */
export const readFeedFinished: ReadType = ({ body }) => {
  const parsed = Feed.safeParse(body);
  if (!parsed.success) return unreadable("no_feed");
  const { feedid, feedtype } = parsed.data.feedprocessingfinishednotification;
  return { fact: { kind: "feed_finished", feedId: feedid, feedType: feedtype } };
};

/** REPORT_PROCESSING_FINISHED 2020-09-04: which report. */
export const readReportFinished: ReadType = ({ body }) => {
  const parsed = Report.safeParse(body);
  if (!parsed.success) return unreadable("no_report");
  const { reportid, reporttype } = parsed.data.reportprocessingfinishednotification;
  return { fact: { kind: "report_finished", reportId: reportid, reportType: reporttype } };
};
