/**
 * The real screen in a real terminal of 120 columns and 40 rows: what a person's machine spends on it. CPU and memory are
 * the process's own, as Linux accounts for them; elsewhere they are told as 0.
 */
import { existsSync, readFileSync } from "node:fs"
import { scenarios } from "#scenarios"
import { openPty, type Pty } from "#tools"
import { Session } from "#ui/session"

const bin = new URL("../../../dist/cli/bin.js", import.meta.url).pathname

/** The clock that /proc counts CPU time in, in ticks a second. */
const ticks = 100
const pageBytes = 4096

const wait = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** The process in a terminal: the child of its shell. */
const processIn = ({ pid }: Pty): number | undefined => {
  const children = `/proc/${pid}/task/${pid}/children`
  return existsSync(children) ? Number(readFileSync(children, "utf8").trim().split(" ")[0]) : undefined
}

/** CPU time so far in milliseconds, and resident memory in megabytes. */
const spentBy = (pid: number | undefined): { readonly millis: number; readonly megabytes: number } => {
  if (pid === undefined) return { millis: 0, megabytes: 0 }
  // The name in parentheses may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
  const millis = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks
  return { millis, megabytes: (Number(fields[21]) * pageBytes) / 1e6 }
}

const frames = (output: string): number => output.split("\u001b[?2026h").length - 1

export interface Seen {
  readonly cpu: readonly { readonly speed: number; readonly percent: number }[]
  readonly bytesPerFrame: number
  readonly framesPerSecond: number
  readonly keyMillis: number
  readonly bytesWhilePaused: number
  readonly megabytes: number
  readonly megabytesGrown: number
}

/** How long a key takes until the terminal is told something, in milliseconds: the 95th of a hundred. */
const keyLatency = async (screen: Pty, presses: number): Promise<number> => {
  const latencies: number[] = []
  for (let press = 0; press < presses; press++) {
    const before = screen.output().length
    const start = performance.now()
    screen.press("\t")
    while (screen.output().length === before) await new Promise((resolve) => setImmediate(resolve))
    latencies.push(performance.now() - start)
    await wait(20)
  }
  return latencies.sort((a, b) => a - b)[Math.ceil(presses * 0.95) - 1] as number
}

/** Watches the screen for so many milliseconds each, and until so many virtual seconds have gone by. */
export const watchScreen = async (millis: number, virtualSeconds: number): Promise<Seen> => {
  using screen = openPty([process.execPath, bin], { columns: 120, rows: 40 })
  await screen.until("Press x")
  const pid = processIn(screen)
  await wait(millis / 4)
  const atFirst = spentBy(pid)
  const measure = async () => {
    const before = { ...spentBy(pid), at: performance.now(), bytes: screen.bytes(), frames: frames(screen.output()) }
    await wait(millis)
    const took = performance.now() - before.at
    const drawn = frames(screen.output()) - before.frames
    return {
      percent: ((spentBy(pid).millis - before.millis) * 100) / took,
      bytesPerFrame: (screen.bytes() - before.bytes) / Math.max(1, drawn),
      framesPerSecond: (drawn * 1000) / took,
    }
  }
  const slow = await measure()
  screen.press("++++")
  await screen.until("16×")
  const fast = await measure()
  screen.press("++")
  await screen.until("64×")
  await screen.until(() => {
    const [, minutes = "0", seconds = "0"] = /(\d\d):(\d\d)\.\d{3}/.exec(screen.text()) ?? []
    return Number(minutes) * 60 + Number(seconds) >= virtualSeconds
  }, 600_000)
  const { megabytes } = spentBy(pid)
  screen.press(" ")
  await screen.until("PAUSED")
  const keyMillis = await keyLatency(screen, Math.max(5, Math.round(millis / 80)))
  await wait(500)
  const quiet = screen.bytes()
  await wait(millis / 2)
  const bytesWhilePaused = screen.bytes() - quiet
  screen.press("q")
  await screen.ended
  return {
    cpu: [
      { speed: 1, percent: slow.percent },
      { speed: 16, percent: fast.percent },
    ],
    bytesPerFrame: slow.bytesPerFrame,
    framesPerSecond: slow.framesPerSecond,
    keyMillis,
    bytesWhilePaused,
    megabytes,
    megabytesGrown: Math.max(0, megabytes - atFirst.megabytes),
  }
}

/** Plays so many virtual seconds and looks at two hundred instants of them: the 95th of the wall milliseconds it takes. */
export const lookedBack = (virtualSeconds: number): number => {
  const scenario = scenarios.find(({ name }) => name === "replication/promise")
  if (scenario === undefined) throw new Error("There is no replication/promise.")
  const session = new Session(scenario)
  const head = virtualSeconds * 1_000_000
  while (session.head < head) session.pass(head - session.head)
  const millis: number[] = []
  for (let nth = 0; nth < 200; nth++) {
    const start = performance.now()
    // The golden section visits everywhere and never in order.
    session.seek(Math.floor(((nth * 0.618_034) % 1) * head))
    if (session.view.index !== session.index) throw new Error("It looks somewhere else.")
    millis.push(performance.now() - start)
  }
  return millis.sort((a, b) => a - b)[189] as number
}
