/**
 * Histories as Jepsen, Knossos and Elle keep them: EDN maps with `:process`, `:type`, `:f` and `:value`, in one vector or
 * list, or one after the other. Keys that a checker has no use for (`:index`, `:node`, `:link` …) are passed over.
 */
import { type Edn, EdnMap, EdnReader, spell, Tagged, Word } from "./edn.ts"
import { type Event, type EventType, eventTypes } from "./events.ts"
import { Malformed, quote } from "./malformed.ts"

/** `:read`, `read` and `"read"` are one name. */
const nameOf = (form: Edn): string | undefined => {
  if (typeof form === "string") return form
  return form instanceof Word ? form.text.replace(/^:/, "") : undefined
}

const isEventType = (name: string): name is EventType => eventTypes.some((type) => type === name)

const typeOf = (form: Edn | undefined, line: number): EventType => {
  const name = form === undefined ? undefined : nameOf(form)
  if (name !== undefined && isEventType(name)) return name
  throw new Malformed(
    line,
    form === undefined
      ? "this operation has no :type; it must be :invoke, :ok, :fail or :info"
      : `:type is ${quote(spell(form))}; it must be :invoke, :ok, :fail or :info`,
  )
}

const processOf = (form: Edn | undefined, line: number): string => {
  const name = typeof form === "number" ? `p${form}` : form == null ? undefined : nameOf(form)
  if (name !== undefined) return name
  throw new Malformed(line, form == null ? "this operation has no :process" : `:process is ${quote(spell(form))}`)
}

const eventOf = (entries: ReadonlyMap<string, Edn>, line: number): Event => {
  const f = entries.get(":f")
  const name = f == null ? undefined : nameOf(f)
  if (f != null && name === undefined) throw new Malformed(line, `:f is ${quote(spell(f))}; it must be a keyword`)
  const time = entries.get(":time")
  return {
    line,
    process: processOf(entries.get(":process"), line),
    type: typeOf(entries.get(":type"), line),
    f: name,
    key: entries.get(":key"),
    value: entries.get(":value"),
    time: typeof time === "number" ? time : undefined,
    error: entries.get(":error"),
  }
}

/** The events of a text in EDN; throws `Malformed`. */
export function* readJepsen(text: string): Generator<Event> {
  const reader = new EdnReader(text)
  for (let element = reader.next(); element !== undefined; element = reader.next()) {
    const { form, line } = element
    // A record is a map that says what it is.
    const map = form instanceof Tagged ? form.form : form
    if (!(map instanceof EdnMap)) {
      throw new Malformed(
        line,
        `${quote(spell(form))} is no operation; one is written {:process 0, :type :invoke, :f :read}`,
      )
    }
    yield eventOf(map.entries, line)
  }
}
