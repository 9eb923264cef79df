/** `npm run demo` lists the lessons, `npm run demo 2` plays the second. */
import { readdirSync } from "node:fs"

const lessons = readdirSync(import.meta.dirname)
  .filter((file) => /^\d\d-.*\.ts$/.test(file))
  .sort()
const asked = process.argv[2]
const lesson = lessons.find((file) => Number(file.slice(0, 2)) === Number(asked))

if (lesson !== undefined) await import(`./${lesson}`)
else {
  if (asked !== undefined) {
    console.error(`snowglobe: there is no lesson ${asked}, there are 1 to ${lessons.length}`)
    process.exitCode = 3
  } else {
    console.log("npm run demo N plays a lesson:")
    for (const file of lessons) console.log(`  ${Number(file.slice(0, 2))}  ${file.slice(3, -3).replaceAll("-", " ")}`)
  }
}
