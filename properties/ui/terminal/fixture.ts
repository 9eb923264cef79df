/**
 * A small screen for the tests that need a process: it shows what it was told, moves while it is not paused, and breaks in every
 * way on request. `COLUMNS x ROWS`, the keys so far and the number of frames are on it.
 */
import type { Canvas } from "../../../src/ui/terminal/canvas.ts"

process.env.NODE_ENV = "production" // React asks when it is loaded

// Node cannot run the sources of a component, so the tests run what was built.
const built = new URL("../../../dist/ui/app.js", import.meta.url).href
const { openScreen }: typeof import("../../../src/ui/app.tsx") = await import(built)

const [fps = "30", moving = "moving"] = process.argv.slice(2)
const pressed: string[] = []
let frames = 0
let moves = moving === "moving"
let breaks: "paint" | "frame" | undefined

const broken = (where: string): Error => new Error(`broken in ${where}`)

const paint = (canvas: Canvas): void => {
  if (breaks === "paint") throw broken("paint")
  const inside = canvas.box({ x: 0, y: 0, width: canvas.width, height: canvas.height }, { title: "fixture" })
  inside.text(1, 0, `${canvas.width}x${canvas.height}`)
  inside.text(1, 1, `keys ${pressed.join(" ")}.`, "accent")
  inside.text(1, 2, `frame ${frames}`, "ok")
  inside.text(1, 3, "✔ holds ✗ violated … unknown", "bad")
  for (let y = 4; y < inside.height; y++) {
    for (let x = 0; x < inside.width; x++)
      inside.put(x, y, "▁▂▃▄▅▆▇█"[(x + y + frames) % 8] ?? " ", x % 2 ? "warn" : "info")
  }
}

const key = (name: string, quit: () => void): void => {
  pressed.push(name)
  if (name === "q") quit()
  if (name === "space") moves = !moves
  if (name === "K") throw broken("key")
  if (name === "P") breaks = "paint"
  if (name === "F") breaks = "frame"
  if (name === "T")
    setTimeout(() => {
      throw broken("a timer")
    }, 5)
  if (name === "R") void Promise.reject(broken("a promise"))
  if (name === "C") console.log("printed %d\nto the console", pressed.length)
  if (name === "W") for (let line = 0; line < 300; line++) console.error(`line ${line}`)
}

const ended = await openScreen({
  stdin: process.stdin,
  stdout: process.stdout,
  process,
  theme: "dark",
  ascii: process.env.ASCII !== undefined,
  fps: Number(fps),
  paint,
  key: (name, screen) => key(name, screen.quit),
  frame: () => {
    if (breaks === "frame") throw broken("frame")
    if (moves) frames++
    return moves
  },
})
for (const line of ended.printed) console.log(line)
console.log(`ended by ${ended.by}`, ended.by === "signal" ? ended.signal : "", ended.by === "error" ? ended.error : "")
const codes = { quit: 0, error: 4, signal: 0, SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }
process.exit(codes[ended.by === "signal" ? ended.signal : ended.by])
