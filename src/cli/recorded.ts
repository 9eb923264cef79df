/** What a token or a file of `--save` spells: an input of a scenario there is, or one line that says why not. */
import * as Effect from "effect/Effect"
import { decodeToken, readSaved, type Scenario } from "#run"
import { wrongInput } from "./input.ts"
import { accept, find, refuse } from "./usage.ts"

export const recordedIn = Effect.fnUntraced(function* (what: string, scenarios: readonly Scenario[]) {
  const { input, digest } = yield* accept(/^\s*sg\d+\./.test(what) ? decodeToken(what, scenarios) : readSaved(what))
  const scenario = yield* accept(find("scenario", input.scenario, scenarios))
  const wrong = wrongInput(scenario, input)
  return wrong === undefined ? { scenario, input, digest } : yield* refuse(wrong)
})
