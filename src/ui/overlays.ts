/** What lies over the panels: menus to pick from and pages to read. Its keys are its own while it is there. */
import type { Scenario } from "#run"
import type { Design } from "#system"
import type { FaultKind } from "#world"
import { helpLines } from "./keys.ts"
import { type Choice, designs, palette, picker, type Stroke, type Target } from "./menus.ts"
import type { Overlay } from "./scene.ts"
import type { Session } from "./session/session.ts"

export type Menu = "palette" | "designs" | "picker"
export type Page = "help" | "detail"

/** What was picked. */
export type Picked =
  | { readonly menu: "palette"; readonly value: Stroke }
  | { readonly menu: "designs"; readonly value: Design }
  | { readonly menu: "picker"; readonly value: Scenario }

/** What menus and pages are made from. */
export interface Matter {
  readonly session: Session
  readonly scenarios: readonly Scenario[]
  readonly target: Target | undefined
  /** The page about what is selected, and its title. */
  readonly detail: () => { readonly title: string; readonly lines: readonly string[] }
}

const steps: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1, pageup: -10, pagedown: 10 }

const hints: Readonly<Record<Menu, string>> = {
  palette: "↑↓ choose · ←→ how strong · enter strike · esc close",
  designs: "↑↓ choose · enter play the same input under it · esc close",
  picker: "↑↓ choose · enter start it · esc close",
}

const isMenu = (what: Menu | Page): what is Menu => what !== "help" && what !== "detail"

export class Overlays {
  #what: Menu | Page | undefined
  #chosen = 0
  /** Which strength of a fault is shown, by kind. */
  readonly #doses = new Map<FaultKind, number>()

  get isOpen(): boolean {
    return this.#what !== undefined
  }

  open(what: Menu | Page): void {
    this.#what = what
    this.#chosen = 0
  }

  close(): void {
    this.#what = undefined
  }

  /** Takes a key; returns what was picked, if something was. */
  press(key: string, matter: Matter): Picked | undefined {
    const what = this.#what
    if (what === undefined) return undefined
    if (key === "escape" || key === "q") this.close()
    else if (isMenu(what)) return this.#pressInMenu(what, key, matter)
    else if (steps[key] === undefined) this.close()
    else this.#move(steps[key], this.#page(what, matter).lines.length)
    return undefined
  }

  #move(by: number, length: number): void {
    this.#chosen = Math.max(0, Math.min(length - 1, this.#chosen + by))
  }

  #pressInMenu(menu: Menu, key: string, matter: Matter): Picked | undefined {
    const choices = this.#choices(menu, matter)
    if (steps[key] !== undefined) {
      this.#move(steps[key], choices.length)
      return undefined
    }
    const chosen = choices[this.#chosen]
    if (menu === "palette" && (key === "left" || key === "right") && chosen !== undefined) {
      const { kind } = chosen.value as Stroke
      this.#doses.set(kind, (this.#doses.get(kind) ?? 0) + (key === "right" ? 1 : -1))
      return undefined
    }
    const picked = key === "enter" || key === "space" ? chosen : choices.find((each) => each.key === key)
    if (picked === undefined) return undefined
    this.close()
    return { menu, value: picked.value } as Picked
  }

  #choices(menu: Menu, { session, scenarios, target }: Matter): readonly Choice<unknown>[] {
    if (menu === "designs") return designs(session)
    if (menu === "picker") return picker(scenarios, session.scenario)
    if (target === undefined) return []
    return palette(target, session.view, this.#doses)
  }

  #page(page: Page, { detail }: Matter): { readonly title: string; readonly lines: readonly string[] } {
    return page === "help" ? { title: "keys", lines: helpLines() } : detail()
  }

  overlay(matter: Matter): Overlay | undefined {
    const what = this.#what
    if (what === undefined) return undefined
    if (!isMenu(what)) {
      return { _tag: "page", ...this.#page(what, matter), scroll: this.#chosen, hint: "↑↓ scroll · any key closes" }
    }
    const { target } = matter
    const whom = target === undefined ? "nobody" : target._tag === "link" ? `${target.from}→${target.to}` : target.id
    const titles: Readonly<Record<Menu, string>> = {
      palette: `faults for ${whom}`,
      designs: "designs",
      picker: "scenarios",
    }
    return {
      _tag: "menu",
      title: titles[what],
      items: this.#choices(what, matter),
      chosen: this.#chosen,
      hint: hints[what],
    }
  }
}
