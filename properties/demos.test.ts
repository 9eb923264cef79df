import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const folder = new URL("../demos/", import.meta.url)
const lessons = readdirSync(folder).filter((file) => /^\d\d-.*\.ts$/.test(file))

test.for(lessons)("%s prints what its transcript says", async (file) => {
  const printed = execFileSync(
    process.execPath,
    ["--conditions=snowglobe-source", fileURLToPath(new URL(file, folder))],
    {
      encoding: "utf8",
    },
  )
  await expect(printed).toMatchFileSnapshot(fileURLToPath(new URL(file.replace(/\.ts$/, ".txt"), folder)))
})

test("a lesson fits on a slide", () => {
  for (const file of lessons) {
    expect(readFileSync(new URL(file, folder), "utf8").trimEnd().split("\n").length, file).toBeLessThanOrEqual(24)
  }
})
