/**
 * The articles' way of acknowledging: "saved" means "on the primary's own disk" (001:77, 004:104). Its sender is a fifth
 * of a second behind, so at any moment some acknowledged write lives on the primary alone. Nothing is wrong until
 * somebody presses a key.
 */
import { every, part, read, tell, write } from "./stories.ts"

export const promise = tell(
  {
    name: "replication/promise",
    summary: "the primary says “saved” on its own word, and sends it on a fifth of a second later",
    part: part({
      design: { ack: "local", promote: "latest" },
      size: { lag: 200 },
      wiring: { remote: [5000, 15_000], clients: ["east"] },
    }),
    expects: "violated",
    about: ["acknowledged-writes-survive"],
    opening: { at: 1_900_000, question: "Press x. Are they all still there?" },
  },
  () => ({
    lines: [
      every(60, 95, (at, nth) => write(at, 1, nth % 2), 1000),
      every(400, 14, (at, nth) => read(at, 2, nth, nth % 2), 1230),
    ],
    calmAt: 7000,
    until: 20_000,
  }),
)
