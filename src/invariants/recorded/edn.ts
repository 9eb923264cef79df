/**
 * A reader of EDN, the notation in which Jepsen and Knossos keep their histories (github.com/edn-format/edn).
 *
 * It reads one element at a time, of the vector or list that holds them all or else one after the other, so that a
 * history is never held as a tree. It keeps its own stack: nesting is bounded, not the host's to survive. Being about
 * histories it is liberal where Clojure's own reader is (records, namespaced maps, metadata, octal), and never evaluates.
 */
import { Malformed, quote } from "./malformed.ts"

/** A keyword, a symbol, a character or a number beyond doubles: what is told apart by how it is written. */
export class Word {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A form behind a tag, `#inst "…"`; a record, `#jepsen.history.Op{…}`, is one too. */
export class Tagged {
  readonly tag: string
  readonly form: Edn
  constructor(tag: string, form: Edn) {
    this.tag = tag
    this.form = form
  }
}

/** The values of a map by how their keys are written: `:process`. */
export class EdnMap {
  readonly entries: ReadonlyMap<string, Edn>
  constructor(entries: ReadonlyMap<string, Edn>) {
    this.entries = entries
  }
}

export class EdnSet {
  readonly items: readonly Edn[]
  constructor(items: readonly Edn[]) {
    this.items = items
  }
}

/** A vector and a list are both an array: Clojure says that they are equal. */
export type Edn = null | boolean | number | string | Word | readonly Edn[] | EdnMap | EdnSet | Tagged

/** An element of a history and the line on which it begins. */
export interface Element {
  readonly line: number
  readonly form: Edn
}

/** Deeper than any history, and shallow enough for functions that call themselves. */
const deepest = 500

/** How a form is written, the same for equal forms whatever their order or spacing. */
export const spell = (form: Edn): string => {
  if (form === null) return "nil"
  if (typeof form === "string") return JSON.stringify(form)
  if (typeof form !== "object") return String(form)
  if (form instanceof Word) return form.text
  if (form instanceof Tagged) return `#${form.tag} ${spell(form.form)}`
  if (form instanceof EdnSet) return `#{${form.items.map(spell).sort().join(" ")}}`
  if (!(form instanceof EdnMap)) return `[${form.map(spell).join(" ")}]`
  const pairs = [...form.entries].map(([key, value]) => `${key} ${spell(value)}`)
  return `{${pairs.sort().join(", ")}}`
}

const numberOf = (text: string): Edn | undefined => {
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text) + 0
  if (/^[-+]?(?:0|[1-9]\d*)N?$/.test(text)) {
    const digits = text.replace(/^\+|N$/g, "")
    const number = Number(digits)
    return Number.isSafeInteger(number) ? number + 0 : new Word(digits)
  }
  if (/^[-+]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][-+]?\d+)?M?$/.test(text)) {
    const number = Number(text.replace(/M$/, ""))
    return Number.isFinite(number) ? number + 0 : new Word(text)
  }
  if (/^[-+]?0[0-7]+N?$/.test(text)) return Number.parseInt(text, 8) + 0
  if (/^[-+]?0[xX][\da-fA-F]{1,13}N?$/.test(text)) return Number.parseInt(text, 16) + 0
  return /^[-+]?\d+\/\d+$/.test(text) ? new Word(text) : undefined
}

const characterName = /^\\(?:.|newline|return|space|tab|backspace|formfeed|u[\da-fA-F]{4}|o[0-3]?[0-7]{1,2})$/su

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
}

const unescapeText = (raw: string, line: number): string =>
  raw.replace(/\\(?:u([\da-fA-F]{4})|([0-3]?[0-7]{1,2})|(.))/gsu, (whole, unicode, octal, single) => {
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    const char = escapes[single]
    if (char === undefined) throw new Malformed(line, `${quote(whole)} is no escape in a string`)
    return char
  })

const closing: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}", "#{": "}" }

/** A collection that is not closed yet, or a prefix that waits for its form. */
interface Frame {
  /** As it is written: `[`, `(`, `{`, `#{`, a tag with its `#`, or what drops the next form, `#_` and `^`. */
  readonly opened: string
  readonly line: number
  readonly items: Edn[]
}

const isPrefix = ({ opened }: Frame): boolean => closing[opened] === undefined

const mapOf = ({ items, line }: Frame): EdnMap => {
  const entries = new Map<string, Edn>()
  if (items.length % 2 === 1) throw new Malformed(line, "this map has a key without a value")
  for (let index = 0; index < items.length; index += 2) {
    const key = items[index] as Edn
    const written = key instanceof Word ? key.text : spell(key)
    if (entries.has(written)) throw new Malformed(line, `this map has the key ${quote(written)} twice`)
    entries.set(written, items[index + 1] as Edn)
  }
  return new EdnMap(entries)
}

/** Reads the elements of a text one by one; throws `Malformed`. */
export class EdnReader {
  readonly #text: string
  #at = 0
  #line = 1
  readonly #stack: Frame[] = []
  /** The one collection around all elements, if there is one. */
  #outer: Frame | undefined
  /** Keywords recur in every map. */
  readonly #words = new Map<string, Word>()

  constructor(text: string) {
    this.#text = text
  }

  /** The next element, or nothing at the end of the text. */
  next(): Element | undefined {
    const stack = this.#stack
    for (;;) {
      this.#skip()
      if (this.#at >= this.#text.length) return this.#end()
      const line = stack[0]?.line ?? this.#line
      const char = this.#text[this.#at] as string
      if (char === "]" || char === ")" || char === "}") {
        const form = this.#close(char)
        if (form !== undefined && this.#deliver(form)) return { line, form: this.#delivered }
      } else {
        const form = this.#open(char)
        if (form !== undefined && this.#deliver(form)) return { line, form: this.#delivered }
      }
    }
  }

  #delivered: Edn = null

  /** Hands a whole form to whatever waits for it; says whether it was an element. */
  #deliver(whole: Edn): boolean {
    let form = whole
    for (;;) {
      const frame = this.#stack.at(-1)
      if (frame === undefined) {
        this.#delivered = form
        return true
      }
      if (!isPrefix(frame)) {
        frame.items.push(form)
        return false
      }
      this.#stack.pop()
      if (frame.opened === "#_" || frame.opened === "^") return false
      form = new Tagged(frame.opened.slice(1), form)
    }
  }

  #end(): undefined {
    const open = this.#stack.at(-1) ?? this.#outer
    if (open === undefined) return undefined
    throw new Malformed(
      open.line,
      isPrefix(open)
        ? `nothing follows ${quote(open.opened)}`
        : `${quote(open.opened)} is never closed: the file is cut short, or ${quote(closing[open.opened] ?? "")} is missing`,
    )
  }

  #close(char: string): Edn | undefined {
    this.#at++
    const frame = this.#stack.pop()
    if (frame === undefined) {
      if (this.#outer === undefined || closing[this.#outer.opened] !== char) {
        throw new Malformed(this.#line, `${quote(char)} closes nothing`)
      }
      this.#outer = undefined
      return undefined
    }
    const wanted = closing[frame.opened]
    if (wanted === undefined) throw new Malformed(frame.line, `nothing follows ${quote(frame.opened)}`)
    if (wanted !== char) {
      throw new Malformed(
        this.#line,
        `${quote(char)} does not close the ${quote(frame.opened)} of line ${frame.line}; ${quote(wanted)} would`,
      )
    }
    if (frame.opened === "{") return mapOf(frame)
    return frame.opened === "#{" ? new EdnSet(frame.items) : frame.items
  }

  #push(opened: string): undefined {
    if (this.#stack.length >= deepest) throw new Malformed(this.#line, `more than ${deepest} forms are nested here`)
    this.#stack.push({ opened, line: this.#line, items: [] })
  }

  /** Begins a form, and returns it where it is whole at once. */
  #open(char: string): Edn | undefined {
    switch (char) {
      case "[":
      case "(":
        this.#at++
        if (this.#stack.length > 0 || this.#outer !== undefined) return this.#push(char)
        this.#outer = { opened: char, line: this.#line, items: [] }
        return undefined
      case "{":
        this.#at++
        return this.#push(char)
      case "^":
        this.#at++
        return this.#push(char)
      case '"':
        return this.#string()
      case "#":
        return this.#dispatch()
      case "\\":
        return this.#character()
      default:
        return this.#token(this.#take(1))
    }
  }

  #dispatch(): Edn | undefined {
    const next = this.#text[this.#at + 1] ?? ""
    if (next === "_" || next === "{") {
      this.#at += 2
      return this.#push(`#${next}`)
    }
    const tag = this.#take(1)
    if (tag.startsWith("##")) return this.#word(tag)
    if (/^#:{1,2}[^\s:]+$/.test(tag) || /^#\p{L}/u.test(tag)) return this.#push(tag)
    throw new Malformed(this.#line, `${quote(tag)} is no EDN`)
  }

  #character(): Edn {
    const character = this.#take(2)
    if (!characterName.test(character)) throw new Malformed(this.#line, `${quote(character)} is no character`)
    return this.#word(character)
  }

  #token(token: string): Edn {
    if (token === "nil") return null
    if (token === "true") return true
    if (token === "false") return false
    if (/^[-+]?\d/.test(token)) {
      const number = numberOf(token)
      if (number === undefined) throw new Malformed(this.#line, `${quote(token)} is no number`)
      return number
    }
    if (token.startsWith(":") ? token.length > 1 : /^[\p{L}.*+!\-_?$%&=<>/|][^\\@~`]*$/u.test(token)) {
      return this.#word(token)
    }
    throw new Malformed(this.#line, `${quote(token)} is no EDN`)
  }

  #word(text: string): Word {
    const known = this.#words.get(text)
    if (known !== undefined) return known
    const word = new Word(text)
    this.#words.set(text, word)
    return word
  }

  /** The characters up to one that ends a token; as many as given are taken whatever they are. */
  #take(whatever: number): string {
    const text = this.#text
    const begin = this.#at
    let at = begin + whatever
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      // Blanks and controls, a comma, a quotation mark, a semicolon, and brackets.
      if (code <= 32 || code === 44 || code === 34 || code === 59 || code === 40 || code === 41) break
      if (code === 91 || code === 93 || code === 123 || code === 125) break
    }
    this.#at = at
    return text.slice(begin, at)
  }

  #string(): string {
    const text = this.#text
    const begin = this.#at + 1
    const line = this.#line
    let escaped = false
    for (let at = begin; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 34) {
        this.#at = at + 1
        const raw = text.slice(begin, at)
        return escaped ? unescapeText(raw, line) : raw
      }
      if (code === 10) this.#line++
      if (code === 92) {
        escaped = true
        at++
      }
    }
    throw new Malformed(line, "a string begins here and never ends")
  }

  /** Passes blanks, commas and comments. */
  #skip(): void {
    const text = this.#text
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at)
      if (code === 10) this.#line++
      else if (code === 59 || (code === 35 && text.charCodeAt(this.#at + 1) === 33)) {
        const end = text.indexOf("\n", this.#at)
        this.#at = end === -1 ? text.length : end
        this.#line++
      } else if (code !== 32 && code !== 44 && (code < 9 || code > 13) && code !== 0xfeff && code !== 0xa0) return
    }
  }
}
