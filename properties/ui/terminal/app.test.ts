/**
 * The lifecycle of a screen, with a terminal and a process that are made up: what a key, a resize, a stop and each ending does,
 * and how the frame clock runs and rests.
 */
import { Console } from "node:console"
import { EventEmitter } from "node:events"
import { PassThrough } from "node:stream"
import { afterEach, describe, expect, it, vi } from "vitest"
import { type Ended, openScreen, type Screen, type ScreenOptions } from "../../../src/ui/app.tsx"
import { FrameClock } from "../../../src/ui/terminal/clock.ts"

// Vitest's console has all that Node's has, but this.
Object.assign(console, { Console })

/** Long enough for whatever was caused to have happened, an escape that may begin a longer key included. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30))

const eventually = (so: () => void): Promise<void> => vi.waitFor(so, { interval: 2, timeout: 10_000 })

/** All screens that a test left open, so that none of them outlives it. */
const open: { readonly screen: Screen; readonly ended: Promise<Ended> }[] = []
afterEach(async () => {
  for (const { screen, ended } of open.splice(0)) {
    screen.quit()
    await ended
  }
})

/** A screen of 40 by 6 that shows its keys, on a terminal that remembers what it was told. */
const openFake = async (given: Partial<ScreenOptions> = {}) => {
  const said: string[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: vi.fn(), ref: vi.fn(), unref: vi.fn() })
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: 40,
    rows: 6,
    getColorDepth: () => 4,
    write: (text: string, done?: () => void): boolean => {
      if (text !== "") said.push(text)
      if (done !== undefined) setImmediate(done)
      return true
    },
  })
  const process = Object.assign(new EventEmitter(), { env: { TERM: "xterm" }, platform: "linux", kill: vi.fn() })
  const keys: string[] = []
  const show: ScreenOptions["paint"] = (canvas) => {
    canvas.text(0, 0, `${canvas.width}x${canvas.height} ${keys.join(" ")}`)
  }
  const handle: { screen?: Screen } = {}
  const paint = vi.fn<ScreenOptions["paint"]>((canvas, screen) => {
    handle.screen = screen
    const painted = given.paint ?? show
    painted(canvas, screen)
  })
  const ended = openScreen({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    process: process as unknown as NodeJS.Process,
    theme: "dark",
    ascii: false,
    fps: 100,
    key: (name) => keys.push(name),
    frame: () => false,
    ...given,
    paint,
  })
  await eventually(() => expect(paint).toHaveBeenCalled())
  const screen = handle.screen as Screen
  open.push({ screen, ended })
  return { said, stdin, stdout, process, keys, paint, ended, screen, all: () => said.join("") }
}

describe("a screen that opens", () => {
  it("switches the terminal's modes, paints once, and is silent until something happens", async () => {
    const { all, said, paint, stdin } = await openFake()
    expect(all()).toContain("\u001b[?1049h")
    expect(all()).toContain("\u001b[?2004h")
    expect(all()).toContain("40x6")
    expect(stdin.setRawMode).toHaveBeenLastCalledWith(true)
    expect(paint).toHaveBeenCalledOnce()
    const before = said.length
    await settled()
    expect(said.length).toBe(before)
  })

  it("writes nothing but whole frames and mode switches, from beginning to end", async () => {
    const { said, screen, stdin, ended } = await openFake()
    stdin.write("j")
    await settled()
    screen.quit()
    await ended
    const strays = said.filter(
      (text) => !/^(~\[\?(1049|25|2004)[hl]|~\[\?2026h.*~\[\?2026l)$/s.test(text.replaceAll("\u001b", "~")),
    )
    expect(strays).toEqual([])
    expect(said.filter((text) => text.includes("?1049l"))).toHaveLength(1)
    expect(said.slice(-4).join("")).toContain("\u001b[?25h")
  })
})

describe("a key", () => {
  it.each<readonly [string, readonly string[]]>([
    ["a", ["a"]],
    ["A", ["A"]],
    ["jj", ["j", "j"]],
    ["é/?", ["é", "/", "?"]],
    [" ", ["space"]],
    ["\r", ["enter"]],
    ["\n", ["enter"]],
    ["\t", ["tab"]],
    ["\u001b[Z", ["shift+tab"]],
    ["\u001b", ["escape"]],
    ["\u001b\u001b", ["escape"]],
    ["\u007f", ["backspace"]],
    ["\b", ["backspace"]],
    ["\u001b[3~", ["delete"]],
    ["\u001b[A\u001b[B", ["up", "down"]],
    ["\u001bOC\u001b[D", ["right", "left"]],
    ["\u001b[1;2C\u001b[1;2D", ["shift+right", "shift+left"]],
    ["\u001b[1;5C\u001b[1;3D", ["ctrl+right", "alt+left"]],
    ["\u001b[5~\u001b[6~", ["pageup", "pagedown"]],
    ["\u001b[H\u001b[F\u001b[1~\u001b[4~", ["home", "end", "home", "end"]],
    ["\u0003", ["ctrl+c"]],
    ["j\u0003 \r\u007f", ["j", "ctrl+c", "space", "enter", "backspace"]],
    ["\u001bx", ["alt+x"]],
    ["\u001bOP\u001b[24~", []],
    ["\u001b[I\u001b[0n", []],
    ["\u001b[200~ab c\r\n\u001b[31md\u0003\u001b[201~", ["a", "b", "space", "c", "[", "3", "1", "m", "d"]],
  ])("%j is %j", async (bytes, names) => {
    const { stdin, keys } = await openFake()
    stdin.write(bytes)
    await settled()
    expect(keys).toEqual(names)
  })

  it("is painted at once, and keys that come together are painted together", async () => {
    const { stdin, paint, all } = await openFake({ fps: 1, frame: () => true })
    const before = paint.mock.calls.length
    stdin.write("jk\u001b[A")
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    expect(paint.mock.calls.length).toBe(before + 1)
    expect(all()).toContain("j k up")
  })

  it("wakes the frame clock, which rests again once nothing moves", async () => {
    let moves = 0
    const frame = vi.fn(() => moves-- > 0)
    const { stdin, paint } = await openFake({ frame })
    await eventually(() => expect(frame).toHaveBeenCalledOnce())
    moves = 3
    const before = paint.mock.calls.length
    stdin.write("j")
    await eventually(() => expect(frame.mock.calls.length).toBeGreaterThanOrEqual(1 + 4))
    await settled()
    expect(frame).toHaveBeenCalledTimes(1 + 4)
    expect(paint.mock.calls.length).toBe(before + 1 + 3)
  })

  it("ctrl+l writes the whole screen anew, and is nobody else's", async () => {
    const { stdin, said, keys } = await openFake()
    const first = said.findLast((text) => text.includes("40x6"))
    stdin.write("\f")
    await settled()
    expect(said.at(-1)).toBe(first)
    expect(keys).toEqual([])
  })
})

describe("a running screen", () => {
  it("is painted anew in another size", async () => {
    const resized = vi.fn()
    const { stdout, said } = await openFake({ resized })
    Object.assign(stdout, { columns: 20, rows: 3 }).emit("resize")
    await settled()
    expect(resized.mock.calls).toEqual([
      [40, 6],
      [20, 3],
    ])
    expect(said.at(-1)).toContain("\u001b[2J")
    expect(said.at(-1)).toContain("20x3")
  })

  it("is 80 by 24 where the terminal does not know", async () => {
    const resized = vi.fn()
    const { stdout } = await openFake({ resized })
    Object.assign(stdout, { columns: 0, rows: 0 }).emit("resize")
    expect(resized).toHaveBeenLastCalledWith(80, 24)
  })

  it("is painted anew in another theme", async () => {
    const { screen, said } = await openFake()
    screen.theme("light")
    await settled()
    expect(said.at(-1)).toContain("\u001b[2J")
  })

  it("starts each frame on an empty canvas", async () => {
    let times = 0
    const { screen, all } = await openFake({ paint: (canvas) => canvas.text(0, times++, "seen") })
    screen.wake()
    await settled()
    expect(all().match(/seen/g)).toHaveLength(2)
    expect(all()).toMatch(/\[1H {4}\r\nseen/)
  })

  it("paints when it is woken", async () => {
    const { screen, paint } = await openFake()
    screen.wake()
    await settled()
    expect(paint).toHaveBeenCalledTimes(2)
  })

  it("leaves frames out while the terminal is busy, and pays what it owes", async () => {
    const { stdout, stdin, said, all } = await openFake()
    const { write } = stdout
    stdout.write = (text, done) => !write(text, done)
    stdin.write("j")
    await settled()
    const before = said.length
    stdin.write("k")
    await settled()
    expect(said.length).toBe(before)
    stdout.emit("drain")
    await settled()
    expect(all()).toContain("k")
  })
})

describe("ctrl+z", () => {
  /** A moving screen that is asked to stop: what it had said by then, and what it says from then on. */
  const suspension = async (platform: string) => {
    const frame = vi.fn(() => true)
    const fake = await openFake({ frame })
    fake.process.platform = platform
    const frames = { atStop: 0, atReturn: 0 }
    const at = { key: fake.said.length, stop: Number.POSITIVE_INFINITY }
    let rawAtStop: unknown
    fake.process.kill.mockImplementation(() => {
      at.stop = fake.said.length
      rawAtStop = fake.stdin.setRawMode.mock.lastCall?.[0]
      frames.atStop = frame.mock.calls.length
    })
    const { write } = fake.stdout
    fake.stdout.write = (text, done) => {
      if (text.includes("?1049h")) frames.atReturn = frame.mock.calls.length
      return write(text, done)
    }
    fake.stdin.write("\u001a")
    const until = (): string => fake.said.slice(at.key, at.stop).join("")
    const since = (): string => fake.said.slice(at.stop).join("")
    return { ...fake, frame, frames, until, since, rawAtStop: () => rawAtStop }
  }

  it("gives the terminal back, stops the whole job, and takes the terminal again afterwards", async () => {
    const { process, stdin, keys, frame, frames, until, since, rawAtStop } = await suspension("linux")
    await eventually(() => expect(since()).toContain("40x6"))
    expect(process.kill.mock.calls).toEqual([[0, "SIGTSTP"]])
    for (const mode of ["?1049l", "?25h", "?2004l"]) expect(until()).toContain(mode)
    expect(rawAtStop()).toBe(false)
    expect(since().indexOf("?1049h")).toBeLessThan(since().indexOf("?2026h"))
    for (const mode of ["?2004h", "?25l", "[2J"]) expect(since()).toContain(mode)
    expect(stdin.setRawMode).toHaveBeenLastCalledWith(true)
    expect(frames.atReturn).toBe(frames.atStop)
    await eventually(() => expect(frame.mock.calls.length).toBeGreaterThan(frames.atStop))
    expect(keys).toEqual([])
  })

  it("pressed twice stops once", async () => {
    const { process, stdin, keys, said } = await openFake()
    stdin.write("\u001a\u001a")
    await eventually(() => expect(said.filter((text) => text.includes("?1049h"))).toHaveLength(2))
    expect(process.kill).toHaveBeenCalledOnce()
    stdin.write("j")
    await eventually(() => expect(keys).toEqual(["j"]))
  })

  it("lets nothing be painted while the job is stopped", async () => {
    const { process, stdout, said, since, screen } = await suspension("linux")
    await eventually(() => expect(process.kill).toHaveBeenCalled())
    const before = said.length
    stdout.emit("resize")
    screen.wake()
    await new Promise(setImmediate)
    expect(said.length).toBe(before)
    await eventually(() => expect(since()).toContain("40x6"))
  })

  it("does nothing where there is no such thing", async () => {
    const { process, said } = await suspension("win32")
    await settled()
    expect(process.kill).not.toHaveBeenCalled()
    expect(said.join("")).not.toContain("?1049l")
  })
})

describe("a screen ends", () => {
  const lost = new Error("lost")
  const fail = (): never => {
    throw lost
  }
  type Fake = Awaited<ReturnType<typeof openFake>>

  it.each<readonly [string, object, (fake: Fake) => unknown]>([
    ["when it is told to", { by: "quit" }, ({ screen }) => screen.quit()],
    ["when its input ends", { by: "quit" }, ({ stdin }) => stdin.end()],
    ["when its input fails", { by: "quit" }, ({ stdin }) => stdin.emit("error", lost)],
    ["when the terminal is gone", { by: "quit" }, ({ stdout }) => stdout.emit("error", lost)],
    ["on SIGINT", { by: "signal", signal: "SIGINT" }, ({ process }) => process.emit("SIGINT")],
    ["on SIGTERM", { by: "signal", signal: "SIGTERM" }, ({ process }) => process.emit("SIGTERM")],
    ["on SIGHUP", { by: "signal", signal: "SIGHUP" }, ({ process }) => process.emit("SIGHUP")],
    [
      "on an error nobody caught",
      { by: "error", error: lost },
      ({ process }) => process.emit("uncaughtException", lost),
    ],
    [
      "on a rejection nobody handled",
      { by: "error", error: lost },
      ({ process }) => process.emit("unhandledRejection", lost),
    ],
    ["for the first of two reasons", { by: "quit" }, ({ screen, process }) => [screen.quit(), process.emit("SIGTERM")]],
  ])("%s", async (_, end, act) => {
    const fake = await openFake()
    act(fake)
    expect(await fake.ended).toEqual({ ...end, printed: [] })
    expect(fake.all()).toMatch(/\?1049l.*\?25h/s)
    expect(fake.all()).toContain("\u001b[?2004l")
    expect(fake.stdin.setRawMode).toHaveBeenLastCalledWith(false)
    expect(fake.process.eventNames()).toEqual([])
    expect(fake.stdout.eventNames()).toEqual(["error"])
    expect(fake.stdin.listenerCount("error")).toBe(0)
  })

  it.each<readonly ["key" | "paint" | "frame" | "resized", (fake: Fake) => unknown]>([
    ["key", ({ stdin }) => stdin.write("j")],
    ["paint", ({ screen }) => screen.wake()],
    ["frame", ({ screen }) => screen.wake()],
    ["resized", ({ stdout }) => stdout.emit("resize")],
  ])("on an error in %s", async (name, act) => {
    let broken = false
    const fake = await openFake({ [name]: () => broken && fail() })
    broken = true
    act(fake)
    expect(await fake.ended).toEqual({ by: "error", error: lost, printed: [] })
    expect(fake.all()).toMatch(/\?1049l.*\?25h/s)
  })

  it("with the last two hundred lines printed to the console that it covered, which is given back", async () => {
    const log = console.log
    const { screen, ended, all } = await openFake()
    expect(console.log).not.toBe(log)
    for (let line = 1; line <= 250; line++) console.error(`line ${line}`)
    console.log("%s has\n%d lines", "it", 2, { nested: [1] })
    screen.quit()
    const { printed } = await ended
    expect(printed).toHaveLength(200)
    expect(printed[0]).toBe("line 53")
    expect(printed.slice(-3)).toEqual(["line 250", "it has", "2 lines { nested: [ 1 ] }"])
    expect(all()).not.toContain("line")
    expect(console.log).toBe(log)
  })

  it("and what was about to happen does not: neither a frame, nor the next of two keys", async () => {
    const pressed: string[] = []
    const fake = await openFake({
      key: (name, screen) => {
        pressed.push(name)
        screen.quit()
      },
    })
    const painted = fake.paint.mock.calls.length
    fake.screen.wake()
    fake.stdin.write("qj")
    await fake.ended
    await settled()
    expect(pressed).toEqual(["q"])
    expect(fake.paint.mock.calls.length).toBeLessThanOrEqual(painted + 1)
    expect(fake.said.findLastIndex((text) => text.includes("?2026h"))).toBeLessThan(
      fake.said.findIndex((text) => text.includes("?1049l")),
    )
  })

  it.each(["paint", "frame"])("and a %s in which it does so shows nothing more", async (name) => {
    let quit = (): void => {}
    let painted = 0
    const fake = await openFake({
      paint: (canvas) => {
        canvas.text(0, 0, `${painted++}`)
        if (name === "paint") quit()
      },
      frame: () => {
        if (name === "frame") quit()
        return name === "frame"
      },
    })
    quit = fake.screen.quit
    fake.screen.wake()
    await fake.ended
    expect(fake.said.findLastIndex((text) => text.includes("?2026h"))).toBeLessThan(
      fake.said.findIndex((text) => text.includes("?1049l")),
    )
  })

  it("and leaves no timer behind", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === "Timeout").length
    const { screen, ended, process: fake } = await openFake({ fps: 0.01, frame: () => true })
    const before = timers()
    screen.wake()
    screen.quit()
    await ended
    expect(fake.eventNames()).toEqual([])
    expect(timers()).toBeLessThan(before)
  })

  it("and nothing of it goes on: no frame, no key, no paint", async () => {
    const frame = vi.fn(() => true)
    const { screen, ended, stdin, stdout, paint, keys, said } = await openFake({ frame })
    screen.quit()
    await ended
    const before = [frame.mock.calls.length, paint.mock.calls.length, said.length]
    screen.wake()
    stdin.write("j")
    stdout.emit("resize")
    await settled()
    expect([frame.mock.calls.length, paint.mock.calls.length, said.length]).toEqual(before)
    expect(keys).toEqual([])
  })
})

describe("the frame clock", () => {
  const clockOf = (fps: () => number, frame: (wallMillis: number) => boolean) => new FrameClock({ fps, frame })
  const advance = (millis: number): void => {
    vi.advanceTimersByTime(millis)
  }
  afterEach(() => {
    vi.useRealTimers()
  })

  it("calls a frame after each interval, with the time since the last, for as long as something moves", () => {
    vi.useFakeTimers()
    const frame = vi.fn<(wallMillis: number) => boolean>((): boolean => frame.mock.calls.length < 4)
    const clock = clockOf(() => 20, frame)
    clock.wake()
    advance(49)
    expect(frame).not.toHaveBeenCalled()
    advance(1000)
    expect(frame.mock.calls).toEqual([[50], [50], [50], [50]])
    expect(vi.getTimerCount()).toBe(0)
    clock.wake()
    clock.wake()
    advance(50)
    expect(frame.mock.calls).toHaveLength(5)
    expect(frame.mock.lastCall).toEqual([50])
    expect(vi.getTimerCount()).toBe(0)
  })

  it("rests at once when it is told to", () => {
    vi.useFakeTimers()
    const frame = vi.fn(() => true)
    const clock = clockOf(() => 20, frame)
    clock.wake()
    clock.rest()
    expect(vi.getTimerCount()).toBe(0)
    clock.wake()
    advance(50)
    expect(frame).toHaveBeenCalledOnce()
    clock.rest()
    expect(vi.getTimerCount()).toBe(0)
  })

  it("keeps its pace where frames take time, and starts anew where one takes too long", () => {
    vi.useFakeTimers()
    const at: number[] = []
    const start = performance.now()
    const clock = clockOf(
      () => 20,
      () => {
        at.push(performance.now() - start)
        advance(at.length === 3 ? 120 : 30)
        return at.length < 6
      },
    )
    clock.wake()
    advance(2000)
    expect(at).toEqual([50, 100, 150, 320, 370, 420])
  })

  it("asks for its pace before each frame", () => {
    vi.useFakeTimers()
    let fps = 20
    const frame = vi.fn<(wallMillis: number) => boolean>((): boolean => {
      fps = 10
      return frame.mock.calls.length < 2
    })
    clockOf(() => fps, frame).wake()
    advance(1000)
    expect(frame.mock.calls).toEqual([[50], [100]])
  })
})
