/**
 * What a run does is committed as ten digests. They are the same in this process, whose tools have been at work, and in a
 * fresh one far away in another language; where they are not those of the file, what runs do has changed.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { run } from "#run"
import { fixedInputs } from "../src/tools/inputs.ts"

const root = new URL("..", import.meta.url)
const committed: unknown = JSON.parse(readFileSync(new URL("properties/digests.json", root), "utf8"))
const hint = "what runs do has changed: if that was meant, `npm run digests` and explain it in the commit"

describe("the committed digests", () => {
  it("are those of ten inputs, of which each does something of its own", () => {
    const inputs = fixedInputs()
    expect(Object.keys(committed as object)).toEqual(inputs.map(({ name }) => name))
    expect(inputs).toHaveLength(10)
    expect(new Set(Object.values(committed as object)).size).toBe(10)
  })

  it("are what this process computes", () => {
    const computed = fixedInputs().map(({ name, scenario, input }) => {
      const { digest, defect } = run(scenario, input, { keep: "rows" })
      expect(defect).toBeUndefined()
      return [name, digest]
    })
    expect(Object.fromEntries(computed), hint).toEqual(committed)
  })

  it("are what another process computes, in another language and time zone", () => {
    const printed = execFileSync(
      process.execPath,
      ["--conditions=snowglobe-source", "src/tools/digests.ts", "--print"],
      { cwd: root, encoding: "utf8", env: { PATH: "", TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8" } },
    )
    expect(JSON.parse(printed), hint).toEqual(committed)
  })
})
