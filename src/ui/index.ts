/** A view of the trace. Draws; never decides. */
import type { Scenario } from "#run"
import { type Ended, openScreen } from "./app.tsx"
import { Desk } from "./desk.ts"
import { paintScreen } from "./screen.ts"
import { type Ending, Session, type SessionOptions } from "./session/session.ts"
import { Canvas } from "./terminal/canvas.ts"
import { colourLevel } from "./terminal/colour.ts"
import { penOf } from "./terminal/pen.ts"
import type { ThemeName } from "./terminal/theme.ts"

export type { Ended, Ending }

/** Frames a second while something moves. */
const fps = 30

export interface ShowOptions {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly process: NodeJS.Process
  readonly ascii: boolean
  readonly scenario: Scenario
  /** What the person may pick instead. */
  readonly scenarios: readonly Scenario[]
  readonly session: SessionOptions
  /** The instant to look at first, in microseconds. */
  readonly at?: number
}

/** How the screen ended, what the session came to, and the last frame if it is to stay. */
export interface Shown {
  readonly ended: Ended
  readonly ending: Ending
  readonly frame: string | undefined
}

/** Asks the terminal to put text into the clipboard (OSC 52). */
const clipboard = (text: string): string => `\u001b]52;c;${btoa(text)}\u0007`

/** Shows a session until its person leaves. The two streams must be terminals. */
export const show = async (options: ShowOptions): Promise<Shown> => {
  const { stdin, stdout, process, ascii, scenario, scenarios, at } = options
  let theme: ThemeName = "dark"
  let changeTheme: ((theme: ThemeName) => void) | undefined
  const desk = new Desk({
    session: new Session(scenario, options.session),
    scenarios,
    copy: (text) => stdout.write(clipboard(text)),
    theme: (next) => {
      theme = next
      changeTheme?.(next)
    },
    ...(at !== undefined && { at }),
  })
  const ended = await openScreen({
    stdin,
    stdout,
    process,
    ascii,
    theme,
    fps,
    paint: (canvas, screen) => {
      desk.draws(screen.fps() < fps ? screen.fps() : undefined)
      paintScreen(canvas, desk.scene())
    },
    key: (name, screen) => {
      changeTheme = screen.theme
      desk.press(name)
      if (desk.left !== "no") screen.quit()
    },
    frame: (wallMillis) => desk.frame(wallMillis) || desk.moving,
  })
  let frame: string | undefined
  if (desk.left === "keep") {
    const canvas = new Canvas(stdout.columns, stdout.rows)
    paintScreen(canvas, desk.scene())
    frame = canvas.toAnsi(penOf({ theme, ascii, level: colourLevel(process.env, true, () => stdout.getColorDepth()) }))
  }
  return { ended, ending: desk.session.end(), frame }
}
