/**
 * The key table: what each key does, what it is called, and when it means something. The keyboard, the footer and the help are
 * all made from it, so none of them can say what another does not.
 */
import type { Desk } from "./desk.ts"
import { everyPanel, type PanelName } from "./scene.ts"

export interface Binding {
  readonly group: "time" | "hands" | "look" | "session"
  readonly keys: readonly string[]
  /** As people write the keys. */
  readonly shown: string
  /** In the footer, the most useful ones; undefined for those that only the help names. */
  readonly hint?: string
  /** In the help. */
  readonly words: string
  /** Why it can do nothing just now; undefined where it can. */
  readonly idle?: (desk: Desk) => string | undefined
  readonly act: (desk: Desk, key: string) => void
}

const storm = (desk: Desk): string | undefined =>
  desk.session.view.calm ? "the storm is over; go back in time, or pick a scenario with p" : undefined

const past = (desk: Desk): string | undefined => (desk.session.index <= 1 ? "this is where the run begins" : undefined)

/** The keys, in the order in which the footer would show them. */
export const bindings: readonly Binding[] = [
  {
    group: "time",
    keys: ["space"],
    shown: "space",
    hint: "pause",
    words: "stop time, and let it go on",
    act: (desk) => desk.toggle(),
  },
  {
    group: "hands",
    keys: ["x"],
    shown: "x",
    hint: "crash",
    words: "crash the selected node, or start it again",
    idle: storm,
    act: (desk) => desk.strikeNode("crash"),
  },
  {
    group: "hands",
    keys: ["d"],
    shown: "d",
    hint: "designs",
    words: "play the same input under another design",
    act: (desk) => desk.open("designs"),
  },
  {
    group: "hands",
    keys: ["f"],
    shown: "f",
    hint: "faults",
    words: "every fault that the selected node or link can have",
    idle: storm,
    act: (desk) => desk.open("palette"),
  },
  {
    group: "hands",
    keys: ["H"],
    shown: "H",
    hint: "heal",
    words: "end every fault",
    idle: (desk) => storm(desk) ?? (desk.session.view.troubles.length === 0 ? "nothing is wrong" : undefined),
    act: (desk) => desk.healAll(),
  },
  {
    group: "time",
    keys: ["left", ",", "right", "."],
    shown: "←→",
    hint: "step",
    words: "one entry of the trace back or forward (also , and .)",
    idle: past,
    act: (desk, key) => desk.step(key === "left" || key === "," ? -1 : 1),
  },
  {
    group: "time",
    keys: ["shift+left", "<", "shift+right", ">"],
    shown: "shift ←→",
    words: "ten entries back or forward (also < and >)",
    idle: past,
    act: (desk, key) => desk.step(key === "shift+left" || key === "<" ? -10 : 10),
  },
  {
    group: "time",
    keys: ["[", "]"],
    shown: "[ ]",
    hint: "±1 s",
    words: "one second back or forward",
    act: (desk, key) => desk.shift(key === "[" ? -1_000_000 : 1_000_000),
  },
  {
    group: "time",
    keys: ["{", "}"],
    shown: "{ }",
    hint: "fault",
    words: "to the fault, cure or broken promise before or after",
    act: (desk, key) => desk.jump(key === "{" ? -1 : 1),
  },
  {
    group: "time",
    keys: ["home", "end"],
    shown: "home end",
    hint: "live",
    words: "to the start, and back to the latest moment",
    act: (desk, key) => (key === "home" ? desk.seek(0) : desk.live()),
  },
  {
    group: "time",
    keys: ["(", ")"],
    shown: "( )",
    words: "a twentieth of the run back or forward: scrubbing",
    act: (desk, key) => desk.scrub(key === "(" ? -1 : 1),
  },
  {
    group: "time",
    keys: ["-", "+", "="],
    shown: "- +",
    hint: "speed",
    words: "half as fast, twice as fast (1/8× to 64×)",
    act: (desk, key) => desk.faster(key === "-" ? -1 : 1),
  },
  {
    group: "time",
    keys: ["r"],
    shown: "r",
    words: "replay the last second at 1/8×; of a broken promise, the second that led to it",
    act: (desk) => desk.again(),
  },
  {
    group: "hands",
    keys: ["i"],
    shown: "i",
    words: "isolate the selected node, or let it rejoin",
    idle: storm,
    act: (desk) => desk.strikeNode("isolate"),
  },
  {
    group: "hands",
    keys: ["l"],
    shown: "l",
    words: "delay what the selected node or link sends, or stop delaying it",
    idle: storm,
    act: (desk) => desk.strikeLinks("latency"),
  },
  {
    group: "hands",
    keys: ["o"],
    shown: "o",
    words: "lose some of what the selected node or link sends, or stop losing it",
    idle: storm,
    act: (desk) => desk.strikeLinks("loss"),
  },
  {
    group: "hands",
    keys: ["c"],
    shown: "c",
    words: "set the selected node's clock wrong, or right",
    idle: storm,
    act: (desk) => desk.strikeNode("skew"),
  },
  {
    group: "hands",
    keys: ["s"],
    shown: "s",
    words: "slow the selected node's disk down, or let it recover",
    idle: storm,
    act: (desk) => desk.strikeNode("slow"),
  },
  {
    group: "hands",
    keys: ["g"],
    shown: "g",
    words: "take the power from the selected node's region, or give it back",
    idle: storm,
    act: (desk) => desk.strikeNode("power"),
  },
  {
    group: "look",
    keys: ["tab", "shift+tab", ...everyPanel.map((_, nth) => String(nth + 1))],
    shown: "tab 1-6",
    hint: "panel",
    words: "the next panel; or one by its number, 7 where the system draws itself",
    act: (desk, key) =>
      desk.focusOn(key === "tab" ? 1 : key === "shift+tab" ? -1 : (everyPanel[Number(key) - 1] as PanelName)),
  },
  {
    group: "look",
    keys: ["z", "enter"],
    shown: "z",
    hint: "zoom",
    words: "the panel alone on the screen, and back (also enter)",
    act: (desk) => desk.zoom(),
  },
  {
    group: "look",
    keys: ["up", "k", "down", "j"],
    shown: "↑↓",
    hint: "select",
    words: "another node or link, or scroll the trace (also k and j)",
    act: (desk, key) => desk.move(key === "up" || key === "k" ? -1 : 1),
  },
  {
    group: "look",
    keys: ["pageup", "pagedown"],
    shown: "page up/down",
    words: "ten at a time",
    act: (desk, key) => desk.move(key === "pageup" ? -10 : 10),
  },
  {
    group: "look",
    keys: ["/"],
    shown: "/",
    hint: "filter",
    words: "filter the trace by what its rows say; ! in front turns it round",
    act: (desk) => desk.type(),
  },
  {
    group: "look",
    keys: ["n", "N"],
    shown: "n N",
    words: "to the entry before or after that the filter shows",
    act: (desk, key) => desk.nextMatch(key === "n" ? -1 : 1),
  },
  {
    group: "look",
    keys: ["a"],
    shown: "a",
    words: "every entry of the trace, or only what a story would tell",
    act: (desk) => desk.showEvery(),
  },
  {
    group: "look",
    keys: ["e"],
    shown: "e",
    words: "all about the selected node, or about the entry that is looked at",
    act: (desk) => desk.open("detail"),
  },
  {
    group: "look",
    keys: ["t"],
    shown: "t",
    words: "the other theme: dark or light",
    act: (desk) => desk.changeTheme(),
  },
  {
    group: "session",
    keys: ["p"],
    shown: "p",
    hint: "scenarios",
    words: "pick another scenario",
    act: (desk) => desk.open("picker"),
  },
  {
    group: "session",
    keys: ["y"],
    shown: "y",
    words: "copy the line that plays this session again",
    act: (desk) => desk.copyLine(),
  },
  {
    group: "session",
    keys: ["escape"],
    shown: "esc",
    words: "out of whatever this is",
    act: (desk) => desk.escape(),
  },
  { group: "session", keys: ["?"], shown: "?", hint: "help", words: "this page", act: (desk) => desk.open("help") },
  {
    group: "session",
    keys: ["q", "ctrl+c"],
    shown: "q",
    hint: "quit",
    words: "end the session: verdict, token and the line that plays it again",
    act: (desk) => desk.quit(),
  },
  {
    group: "session",
    keys: ["Q"],
    shown: "Q",
    words: "the same, and leave the last frame on the terminal",
    act: (desk) => desk.quit(true),
  },
]

const byKey = new Map(bindings.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)))

export const bindingOf = (key: string): Binding | undefined => byKey.get(key)

const groups = { time: "TIME", hands: "HANDS", look: "LOOKING", session: "SESSION" } as const

/** The help, as lines. */
export const helpLines = (): readonly string[] =>
  (Object.keys(groups) as (keyof typeof groups)[]).flatMap((group, nth) => [
    ...(nth === 0 ? [] : [""]),
    groups[group],
    ...bindings.filter((binding) => binding.group === group).map(({ shown, words }) => `  ${shown.padEnd(14)}${words}`),
  ])
