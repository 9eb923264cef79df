/**
 * The stopgap of article 001 (lines 92 to 98): events are pushed to the head of a list; every five seconds a range is read
 * from the head, stored, and as many are trimmed from the head. A hundredth of the article's ten thousand a second: a
 * hundred events a second, and ten read at a time instead of a thousand.
 */
import { every, part, push, tell } from "./stories.ts"

export const stopgap = tell(
  {
    name: "queue/stopgap",
    summary: "events are pushed to the head of a list, read from the head, and trimmed from the head",
    part: part({
      design: { flush: "lrange-ltrim" },
      size: { flushers: 1, workers: 1, batch: 10, flush: 5000, insert: 50 },
    }),
    expects: "violated",
    about: ["pushed-is-stored-or-queued"],
  },
  {
    lines: every(50, 220, (at) => push(at, 1, 5), 20),
    calmAt: 11_500,
    until: 40_000,
  },
)
