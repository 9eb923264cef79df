/** Promises: what is broken comes first and cannot be overlooked; each has a sentence where there is room. */
import { describe, expect, it } from "vitest"
import { invariants } from "../../../src/ui/panels/invariants.ts"
import type { Scene } from "../../../src/ui/scene.ts"
import type { Standing } from "../../../src/ui/session/session.ts"
import { scenes } from "../scenes.ts"
import { paint, rowsOf, tokenOfWords } from "./paint.ts"

const standing = (name: string, state: Standing["state"], more: Partial<Standing> = {}): Standing => ({
  name,
  kind: "always",
  sentence: `What ${name} promises.`,
  state,
  words: undefined,
  brokeAt: state === "broken" ? 2_865_760 : undefined,
  exercised: state === "holds" ? 1284 : 0,
  ...more,
})

const scene: Scene = {
  ...scenes["the opening"]().scene(),
  standings: [
    standing("zebra", "holds"),
    standing("apple", "untested", { words: "w16 has not returned" }),
    standing("mango", "broken", { words: "n1 lost it" }),
    standing("berry", "holds"),
    standing("lemon", "broken"),
  ],
}

const lines = (width: number, height: number): readonly string[] =>
  rowsOf(paint(invariants, scene, width, height))
    .slice(1, -1)
    .map((row) => row.slice(1, -1).trim())

describe("the promises", () => {
  it("are listed broken first, then as they were given", () => {
    expect(lines(40, 9).filter((line) => line !== "")).toEqual([
      expect.stringMatching(/^✗ mango +at 2\.866 s$/),
      expect.stringMatching(/^✗ lemon +at 2\.866 s$/),
      expect.stringMatching(/^✔ zebra +1 284×$/),
      expect.stringMatching(/^… apple +untested$/),
      expect.stringMatching(/^✔ berry +1 284×$/),
    ])
  })

  it("are counted on the border, in red once one is broken", () => {
    const canvas = paint(invariants, scene, 40, 12)
    expect(rowsOf(canvas)[0]).toContain("3/5")
    expect(tokenOfWords(canvas, "3/5")).toBe("bad")
    const whole = paint(invariants, { ...scene, standings: [standing("zebra", "holds")] }, 40, 12)
    expect(rowsOf(whole)[0]).toContain("1/1")
    expect(tokenOfWords(whole, "1/1")).toBe("dim")
  })

  it("say what they promise, how they broke, or what they wait for, where there is room for all", () => {
    expect(lines(60, 12)).toEqual([
      expect.stringMatching(/^✗ mango/),
      "n1 lost it",
      expect.stringMatching(/^✗ lemon/),
      "What lemon promises.",
      expect.stringMatching(/^✔ zebra/),
      "What zebra promises.",
      expect.stringMatching(/^… apple/),
      "w16 has not returned",
      expect.stringMatching(/^✔ berry/),
      "What berry promises.",
    ])
    expect(lines(60, 11).join("\n")).not.toContain("promises")
  })

  it("keep their names where there is no room for what is beside them", () => {
    const long = { ...scene, standings: [standing("acknowledged-writes-survive", "broken")] }
    const row = rowsOf(paint(invariants, long, 33, 9))[1] ?? ""
    expect(row).toBe("│ ✗ acknowledged-writes-survive │")
    expect(tokenOfWords(paint(invariants, long, 33, 9), "acknowledged")).toBe("bad")
  })
})
