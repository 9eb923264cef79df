/**
 * A terminal to test in and to take pictures of: a real pty with a process in it, and an emulator (xterm's, without a window)
 * that shows what a person would see. The process runs under a shell that outlives it and tells how the terminal was left, so
 * that a test can ask whether a crash took it along.
 */
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { type Cells, cellsOf } from "./cells.ts"

export interface PtyOptions {
  readonly columns?: number
  readonly rows?: number
  /** Added to a bare environment: PATH, HOME and a terminal of sixteen million colours. Undefined takes away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The modes that a terminal is in. */
export interface Modes {
  /** The alternate screen is not shown. */
  readonly mainScreen: boolean
  /** The cursor is. */
  readonly cursor: boolean
  readonly bracketedPaste: boolean
}

/** How a process left the terminal. */
export interface Left extends Modes {
  readonly code: number
  /** The terminal edits lines, echoes and makes signals of keys again. */
  readonly sane: boolean
}

export interface Pty extends Disposable {
  /** Waits until the screen has this text, or this is so; throws with the screen after `millis`. */
  readonly until: (wanted: string | (() => boolean), millis?: number) => Promise<void>
  /** Presses keys, as the bytes that a terminal sends for them. */
  readonly press: (keys: string) => void
  readonly resize: (columns: number, rows: number) => void
  /** What the screen shows: rows without trailing blanks. After the end, the main screen with what was printed. */
  readonly text: () => string
  readonly cells: () => Cells
  readonly modes: () => Modes
  /** The shell's; the process is its child. */
  readonly pid: number
  /** How many bytes the terminal was sent so far. */
  readonly bytes: () => number
  /** All that the terminal was sent so far. */
  readonly output: () => string
  /** Sends a signal to the process, and to the shell, which survives all but SIGKILL. */
  readonly kill: (signal: NodeJS.Signals) => void
  /** Closes the terminal's window. */
  readonly hangUp: () => void
  readonly ended: Promise<Left>
}

/** Tells, in a sequence that no terminal shows, the modes of the line when the command is over. */
const shell = `trap : INT TERM HUP; "$@"; code=$?; printf '\\033]777;%s\\007' "$(stty -a | tr '\\n' ' ')"; exit $code`

const pollMillis = 10
const patience = 30_000

export const openPty = (command: readonly string[], options: PtyOptions = {}): Pty => {
  const { columns = 80, rows = 24, env = {} } = options
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 })
  const pty = spawn("/bin/sh", ["-c", shell, "sh", ...command], {
    cols: columns,
    rows,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: "xterm-256color", COLORTERM: "truecolor", ...env },
  })
  let output = ""
  let cursor = true
  let line = ""
  let gone = false
  for (const [final, shows] of [
    ["h", true],
    ["l", false],
  ] as const) {
    terminal.parser.registerCsiHandler({ prefix: "?", final }, (parameters) => {
      if (parameters.includes(25)) cursor = shows
      return false
    })
  }
  terminal.parser.registerOscHandler(777, (said) => {
    line = said
    return true
  })
  pty.onData((data) => {
    output += data
    terminal.write(data)
  })
  // What the emulator answers (its size, its name) goes back to the process, as in a window.
  terminal.onData((answer) => pty.write(answer))

  const shown = () => new Promise<void>((resolve) => terminal.write("", resolve))
  const text = (): string => {
    const { active } = terminal.buffer
    const rows = Array.from({ length: terminal.rows }, (_, row) => active.getLine(active.baseY + row))
    return rows
      .map((row) => row?.translateToString(true) ?? "")
      .join("\n")
      .trimEnd()
  }
  const kill = (signal: NodeJS.Signals): void => {
    if (!gone) process.kill(-pty.pid, signal)
  }
  const modes = (): Modes => ({
    mainScreen: terminal.buffer.active.type === "normal",
    cursor,
    bracketedPaste: terminal.modes.bracketedPasteMode,
  })
  const ended = new Promise<Left>((resolve) => {
    pty.onExit(async ({ exitCode }) => {
      gone = true
      await shown()
      resolve({
        code: exitCode,
        ...modes(),
        sane: ["icanon", "echo", "isig", "opost"].every((mode) => line.split(/[\s;]+/).includes(mode)),
      })
    })
  })
  return {
    until: async (wanted, millis = patience) => {
      const met = typeof wanted === "string" ? () => text().includes(wanted) : wanted
      const deadline = performance.now() + millis
      while (!met()) {
        if (performance.now() > deadline) throw new Error(`waited in vain for ${wanted}; the screen shows\n${text()}`)
        await new Promise((resolve) => setTimeout(resolve, pollMillis))
        await shown()
      }
    },
    press: (keys) => pty.write(keys),
    resize: (columns, rows) => {
      terminal.resize(columns, rows)
      pty.resize(columns, rows)
    },
    text,
    cells: () => cellsOf(terminal),
    modes,
    pid: pty.pid,
    bytes: () => Buffer.byteLength(output),
    output: () => output,
    kill,
    hangUp: () => (pty as unknown as { destroy(): void }).destroy(),
    ended,
    [Symbol.dispose]: () => kill("SIGKILL"),
  }
}
