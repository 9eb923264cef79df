/**
 * The screen's lifecycle: opens the alternate screen, hands over keys, keeps the frame clock, and gives the terminal back however
 * it ends. Ink is the host (raw mode, key parsing, screen, suspension); the tree it renders is empty, and every cell is painted
 * on a canvas that a surface shows. Here and in the player is the only wall clock.
 */
import { render, type SuspendTerminal, useApp, useInput, usePaste } from "ink"
import { Canvas } from "./terminal/canvas.ts"
import { FrameClock } from "./terminal/clock.ts"
import { colourLevel } from "./terminal/colour.ts"
import { type End, type Outside, watchEndings } from "./terminal/endings.ts"
import { keysOf, pastedKeys } from "./terminal/input.ts"
import { modesOnly } from "./terminal/modes.ts"
import { type Pen, penOf } from "./terminal/pen.ts"
import { capturePrinted } from "./terminal/printed.ts"
import { Surface } from "./terminal/surface.ts"
import type { ThemeName } from "./terminal/theme.ts"

/** How a screen ended, and the last lines printed to the console that it covered. */
export type Ended = End & { readonly printed: readonly string[] }

/** What a running screen can be asked. */
export interface Screen {
  readonly quit: () => void
  /** Paints at once and lets the frame clock run: something has changed that no key changed. */
  readonly wake: () => void
  /** Paints everything anew, in another theme. */
  readonly theme: (name: ThemeName) => void
  /** Frames per second that the terminal keeps up with; less than wanted where it is slow. */
  readonly fps: () => number
}

/** The two streams must be terminals; the process is the one that ctrl+z stops. */
export interface ScreenOptions extends Outside {
  readonly theme: ThemeName
  readonly ascii: boolean
  /** Frames per second while something moves. */
  readonly fps: number
  /** Paints a frame on an empty canvas as large as the terminal. */
  readonly paint: (canvas: Canvas, screen: Screen) => void
  /** A key was pressed: "a", "A", "space", "left", "shift+left", "enter", "ctrl+c", … Its effect is painted at once. */
  readonly key: (name: string, screen: Screen) => void
  /** The terminal has another size; it is painted anew. */
  readonly resized?: (columns: number, rows: number) => void
  /** Moves the world on by what the wall clock went on. False where nothing moves: then the clock rests until a key. */
  readonly frame: (wallMillis: number) => boolean
}

/** How long a process that asked to be stopped may go on before it is. */
const stopMillis = 50

/** A terminal that does not know its size has the size that all of them had. */
const canvasOf = ({ columns, rows }: NodeJS.WriteStream): Canvas => new Canvas(columns || 80, rows || 24)

interface HostProps {
  readonly keys: (names: readonly string[]) => void
  readonly suspender: (suspend: SuspendTerminal) => void
}

/** An empty tree that hears the keys. */
const Host = ({ keys, suspender }: HostProps) => {
  suspender(useApp().suspendTerminal)
  useInput((input, key) => keys(keysOf(input, key)))
  usePaste((paste) => keys(pastedKeys(paste)))
  return null
}

/** Opens the screen. Resolves when the terminal has been given back; never rejects. */
export const openScreen = async (options: ScreenOptions): Promise<Ended> => {
  const { stdin, stdout, process } = options
  const level = colourLevel(process.env, stdout.isTTY, () => stdout.getColorDepth())
  const pen = (theme: ThemeName): Pen => penOf({ theme, level, ascii: options.ascii })
  let ended: End | undefined
  let suspended = false
  let awaitsPaint = false
  let suspendTerminal: SuspendTerminal | undefined

  const end = (how: End): void => {
    ended ??= how
    ink.unmount()
  }
  /** What a caller's mistake throws ends the screen before it can garble it. */
  const guarded = <A,>(act: () => A): A | undefined => {
    if (ended !== undefined) return undefined
    try {
      return act()
    } catch (error) {
      end({ by: "error", error })
      return undefined
    }
  }

  const paint = (): void => {
    if (suspended) return
    canvas.clear()
    options.paint(canvas, screen)
    // Who paints may have quit.
    if (ended === undefined) surface.frame(canvas)
  }
  /** Paints once all input at hand is read, before anything else happens. */
  const repaint = (): void => {
    if (awaitsPaint) return
    awaitsPaint = true
    queueMicrotask(() => {
      awaitsPaint = false
      guarded(paint)
    })
  }
  const wake = (): void => {
    repaint()
    if (!suspended) clock.wake()
  }
  const resized = (): void => {
    canvas = canvasOf(stdout)
    surface.reset()
    guarded(() => options.resized?.(canvas.width, canvas.height))
    wake()
  }
  const suspend = async (): Promise<void> => {
    if (suspended || process.platform === "win32") return
    suspended = true
    clock.rest()
    await suspendTerminal?.(async () => {
      // The whole job, as when a terminal sees the key: a shell must not wait for npm, and npm for a child that was stopped.
      process.kill(0, "SIGTSTP")
      await new Promise((resolve) => setTimeout(resolve, stopMillis))
    })
    suspended = false
    resized()
  }
  const keys = (names: readonly string[]): void => {
    for (const name of names) {
      if (name === "ctrl+z") suspend().catch((error: unknown) => end({ by: "error", error }))
      else if (name === "ctrl+l") surface.reset()
      else guarded(() => options.key(name, screen))
    }
    if (names.length > 0) wake()
  }

  const surface = new Surface({
    sink: stdout,
    pen: pen(options.theme),
    fps: options.fps,
    now: () => performance.now(),
    owed: repaint,
  })
  const clock = new FrameClock({
    frame: (wallMillis) =>
      guarded(() => {
        const moves = options.frame(wallMillis)
        if (moves) paint()
        return moves
      }) ?? false,
    fps: () => surface.fps,
  })
  const screen: Screen = {
    quit: () => end({ by: "quit" }),
    wake,
    theme: (name) => {
      surface.reset(pen(name))
      wake()
    },
    fps: () => surface.fps,
  }
  let canvas = canvasOf(stdout)
  const printed = capturePrinted()
  const unwatch = watchEndings(options, end)
  const ink = render(
    <Host
      keys={keys}
      suspender={(suspend) => {
        suspendTerminal = suspend
      }}
    />,
    {
      stdin,
      stdout: modesOnly(stdout),
      interactive: true,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  )
  stdout.on("resize", resized)
  resized()
  const failure = await ink.waitUntilExit().then(
    () => undefined,
    (error: unknown): End => ({ by: "error", error }),
  )
  stdout.off("resize", resized)
  clock.rest()
  unwatch()
  printed.restore()
  return { ...(ended ?? failure ?? { by: "quit" }), printed: printed.lines }
}
