/**
 * `snowglobe check FILE`: the verdict on a recorded history, its proof, and what else holds. A file is a stranger's: it is
 * read up to a size and checked event by event, and what is wrong with it is said in one line.
 */
import { createReadStream } from "node:fs"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import {
  type IsolationLevel,
  isolationLevels,
  type Judgement,
  judgeRecording,
  modelNames,
  parseModel,
  parseRecording,
  type Reading,
} from "#invariants"
import { asciiOnly, instead, quote, trouble } from "#run"
import * as flags from "./flags.ts"
import { root } from "./root.ts"
import { exitCodes } from "./shape.ts"
import { exitWith } from "./status.ts"
import { accept, refuse } from "./usage.ts"

/** So much is read, in bytes. */
const mostBytes = 32 * 1024 * 1024

const nameOf = (file: string): string => (file === "-" ? "standard input" : quote(file))

/** The text of a file or of standard input, which may be pipes, or what is wrong with it. */
const readText = async (file: string): Promise<Result.Result<string, string>> => {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      chunks.push(chunk)
      length += chunk.length
      if (length > mostBytes) return Result.fail(`it has more than ${mostBytes} bytes, which is the most that is read`)
    }
    return Result.succeed(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)))
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error
    return Result.fail(error.code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "it is not text in UTF-8" : trouble(error))
  }
}

const levelOf = (typed: string): Result.Result<IsolationLevel, string> => {
  const level = isolationLevels.find((each) => each === typed)
  return level === undefined ? Result.fail(instead(typed, isolationLevels, "level")) : Result.succeed(level)
}

/** Whatever a stranger put into a value, it moves no cursor. */
const harmless = (line: string): string => line.replace(/\p{C}/gu, "\uFFFD")

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`

const tell = (file: string, { notation, recording }: Reading, judgement: Judgement): readonly string[] => [
  `${nameOf(file)}, ${notation}`,
  `${count(judgement.operations, "operation")} of ${judgement.model}${
    "initial" in recording ? `, at first ${recording.initial ?? "nil"}` : ""
  }`,
  "",
  ...judgement.explanation,
]

/** As plain data; the `returnedAt` of an operation that nobody saw return is null. */
const checkJson = ({ notation, recording }: Reading, judgement: Judgement) => ({
  notation,
  model: judgement.model,
  ...("initial" in recording ? { initial: recording.initial } : {}),
  operations: judgement.operations,
  engine: judgement.engine,
  ...(judgement.level === undefined ? {} : { level: judgement.level }),
  verdict: judgement.verdict,
  anomaly: judgement.anomaly ?? null,
  evidence: judgement.evidence,
  ladder: judgement.ladder,
})

export const check = Command.make(
  "check",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription(
        `A recorded history of at most ${mostBytes / 1024 / 1024} MB: Jepsen's EDN, Porcupine's logs or JSON Lines; - is standard input`,
      ),
    ),
    model: flags.text(
      "model",
      "MODEL[:INITIAL]",
      `What it is a history of, if not what its operations say: ${modelNames.join(", ")}; registers may hold something at first, like cas-register:0 (default nil, in EDN 0)`,
    ),
    level: flags.text(
      "level",
      "LEVEL",
      "How isolated transactions (list-append) should be, like serializable (default strict-serializable)",
    ),
    json: flags.json,
  },
  Effect.fnUntraced(function* (typed) {
    const { ascii } = yield* root
    const model = Option.isNone(typed.model) ? undefined : yield* accept(parseModel(typed.model.value))
    const level = Option.isNone(typed.level) ? undefined : yield* accept(levelOf(typed.level.value))
    const text = yield* accept(
      Result.mapError(
        yield* Effect.promise(() => readText(typed.file)),
        (what) => `cannot read ${nameOf(typed.file)}: ${what}`,
      ),
    )
    const reading = yield* accept(
      Result.mapError(parseRecording(text, model), (line) => `${nameOf(typed.file)}: ${line}`),
    )
    if (level !== undefined && reading.recording.model !== "transactions") {
      return yield* refuse(`--level is for transactions, and this is a history of ${reading.recording.model}`)
    }
    const { unit, recording } = reading
    const judgement = judgeRecording(recording, { unit, ...(level === undefined ? {} : { level }) })
    if (typed.json) yield* Console.log(JSON.stringify(checkJson(reading, judgement)))
    else {
      const lines = tell(typed.file, reading, judgement).map(harmless)
      yield* Console.log((ascii ? asciiOnly(lines) : lines).join("\n"))
    }
    yield* exitWith(exitCodes[judgement.verdict])
  }),
).pipe(Command.withDescription("The verdict on a recorded history"))
