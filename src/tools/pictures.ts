/**
 * Takes the pictures of the README from the real screen, over a real terminal, while the first minute is played: a running
 * cluster, the broken promise, a look back at the fault, and the same fault survived.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { svgOf } from "./picture.ts"
import { openPty } from "./pty.ts"

const folder = new URL("../../demos/pictures/", import.meta.url)
const bin = new URL("../../dist/cli/bin.js", import.meta.url).pathname

const keys = { home: "\u001b[H", enter: "\r" }

mkdirSync(folder, { recursive: true })
using screen = openPty([process.execPath, bin], { columns: 120, rows: 40 })

const save = (name: string) => {
  writeFileSync(new URL(`${name}.svg`, folder), svgOf(screen.cells(), { title: "snowglobe", theme: "dark" }))
  process.stdout.write(`demos/pictures/${name}.svg\n`)
}

/** A word of the toast that says what was just done; pictures are taken when it is gone. */
const toast = "x starts it again"

await screen.until("Press x. Are they all still there?")
await screen.until("LIVE")
save("1-running")

// From an exact instant on, once it is past, so that the next picture is the same each time.
await screen.until(() => /00:0[3-9]\./.test(screen.text()))
screen.press(` ${keys.home}]]`)
await screen.until("PAST")
screen.press("x")
screen.press(" ")
await screen.until("broken at")
await screen.until(() => !screen.text().includes(toast))
save("2-broken")

screen.press("{")
await screen.until("PAST")
save("3-looking-back")

screen.press("d")
await screen.until("ack=quorum")
screen.press(keys.enter)
await screen.until(() => /n2 has acknowledged \d\d writes/.test(screen.text()))
save("4-survived")

screen.press("q")
await screen.ended
