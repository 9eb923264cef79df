/** The reader of EDN: every form that a history may hold, one line for whatever is none, and no depth that breaks it. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Edn, EdnMap, EdnReader, EdnSet, spell, Tagged, Word } from "../../../src/invariants/recorded/edn.ts"
import { Malformed } from "../../../src/invariants/recorded/malformed.ts"

const elements = (text: string) => {
  const reader = new EdnReader(text)
  const all = []
  for (let element = reader.next(); element !== undefined; element = reader.next()) all.push(element)
  return all
}

/** The one form of a text; behind a tag, so that a vector is not taken for the history around its elements. */
const form = (text: string): Edn => {
  const [element] = elements(`#the ${text}`)
  return element?.form instanceof Tagged ? element.form.form : null
}

const word = (text: string) => new Word(text)

describe("a form", () => {
  it.each<readonly [text: string, form: Edn]>([
    ["nil", null],
    ["true", true],
    ["false", false],
    ["0", 0],
    ["-0", 0],
    ["+12", 12],
    ["12N", 12],
    ["-7", -7],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", word("9007199254740993")],
    ["9007199254740993N", word("9007199254740993")],
    ["1.5", 1.5],
    ["1e3", 1000],
    ["2.50M", 2.5],
    ["1e999", word("1e999")],
    ["017", 15],
    ["-0x1F", -31],
    ["2/3", word("2/3")],
    [":read", word(":read")],
    [":a/b.c", word(":a/b.c")],
    ["foo", word("foo")],
    ["-", word("-")],
    ["clojure.lang.Keyword", word("clojure.lang.Keyword")],
    ["##NaN", word("##NaN")],
    ['""', ""],
    ['"a b"', "a b"],
    ['"\\t\\n\\"\\\\\\u0041\\101\\/"', '\t\n"\\AA/'],
    ['"\\ud800"', "\ud800"],
    ['"two\nlines"', "two\nlines"],
    ["\\a", word("\\a")],
    ["\\newline", word("\\newline")],
    ["\\u0041", word("\\u0041")],
    ["\\(", word("\\(")],
    ["[]", []],
    ["[1 (2 nil) [3]]", [1, [2, null], [3]]],
    ["[1,2,,3]", [1, 2, 3]],
    ["[1 ; one\n 2]", [1, 2]],
    ["[1 #_2 3]", [1, 3]],
    ["[#_ #_ 1 2 3]", [3]],
    ["[#_#foo {:a [1]} 3]", [3]],
    ["^{:line 3} [1]", [1]],
    ["^:foo bar", word("bar")],
    ["#{1 2}", new EdnSet([1, 2])],
    ['#inst "2020"', new Tagged("inst", "2020")],
    ["#a #b 1", new Tagged("a", new Tagged("b", 1))],
    ["#x.Op{:a 1}", new Tagged("x.Op", new EdnMap(new Map([[":a", 1]])))],
    ["#:ns{:a 1}", new Tagged(":ns", new EdnMap(new Map([[":a", 1]])))],
    ['#object[a.B 0x7a11 "x"]', new Tagged("object", [word("a.B"), 0x7a11, "x"])],
    [
      '{:a 1, "a" 2 [1] {}}',
      new EdnMap(
        new Map<string, Edn>([
          [":a", 1],
          ['"a"', 2],
          ["[1]", new EdnMap(new Map())],
        ]),
      ),
    ],
  ])("%s is read", (text, expected) => {
    expect(form(text)).toEqual(expected)
  })

  it("is spelled so that it reads the same again", () => {
    const edn: fc.Arbitrary<Edn> = fc.letrec<{ edn: Edn }>((tie) => ({
      edn: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom(null, true, false),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.string({ unit: "binary" }),
        fc.constantFrom(":a", ":b/c", "sym", "\\x", "2/3").map(word),
        fc.array(tie("edn"), { maxLength: 4 }),
        fc.uniqueArray(tie("edn"), { maxLength: 3, selector: spell }).map((items) => new EdnSet(items)),
        fc
          .dictionary(fc.constantFrom(":a", ":b", '"c"'), tie("edn"))
          .map((entries) => new EdnMap(new Map(Object.entries(entries)))),
        tie("edn").map((inner) => new Tagged("tag", inner)),
      ),
    })).edn
    fc.assert(
      fc.property(edn, (value) => {
        expect(spell(form(spell(value)))).toBe(spell(value))
      }),
    )
  })

  it("has one spelling however it is ordered and spaced", () => {
    expect(spell(form("{:b #{2,1} :a [1 , 2]}"))).toBe(spell(form("{:a (1 2),:b #{1 2}}")))
  })
})

describe("a text", () => {
  it("is one collection of elements, or elements one after the other, each with its line", () => {
    const expected = [
      { line: 2, form: new EdnMap(new Map([[":a", 1]])) },
      { line: 3, form: 2 },
      { line: 5, form: new Tagged("x", "\n") },
      { line: 7, form: 3 },
    ]
    const inner = '\n{:a\t1} ; one\n2, #_\n{}\n#x "\n" ;\n3'
    expect(elements(inner)).toEqual(expected.map((each) => each))
    expect(elements(`[${inner}\n]`)).toEqual(expected)
    expect(elements(`(${inner.replaceAll("\n", "\r\n").replace('"\r\n"', '"\n"')})\r\n`)).toEqual(expected)
    expect(elements(`\uFEFF${inner}`)).toEqual(expected)
    expect(elements("")).toEqual([])
    expect(elements("[]")).toEqual([])
  })

  it.each([
    ["[1\n2", "line 1: '[' is never closed: the file is cut short, or ']' is missing"],
    ["[{:a 1}\n{:a", "line 2: '{' is never closed"],
    ["[{:a 1}\n{:a}]", "line 2: this map has a key without a value"],
    ["{:a 1\n:a 2}", "line 1: this map has the key ':a' twice"],
    ["[1 2)", "line 1: ')' closes nothing"],
    ["[(1\n2]]", "line 2: ']' does not close the '(' of line 1; ')' would"],
    ["1\n]", "line 2: ']' closes nothing"],
    ["[1] 2]", "line 1: ']' closes nothing"],
    ["#_", "line 1: nothing follows '#_'"],
    ["[#_]", "line 1: nothing follows '#_'"],
    ["[#inst]", "line 1: nothing follows '#inst'"],
    ['\n"abc', "line 2: a string begins here and never ends"],
    ['"a\\"', "line 1: a string begins here and never ends"],
    ['"\\q"', "line 1: '\\q' is no escape in a string"],
    ["1x", "line 1: '1x' is no number"],
    ["08", "line 1: '08' is no number"],
    ["\\foo", "line 1: '\\foo' is no character"],
    ["\\", "line 1: '\\' is no character"],
    ["@a", "line 1: '@a' is no EDN"],
    [":", "line 1: ':' is no EDN"],
    ["\u0000", "line 1: '\\u{0}' is no EDN"],
    ['#"a"', "line 1: '#' is no EDN"],
    ["#=(f)", "line 1: '#=' is no EDN"],
  ])("%j is refused with its line", (text, says) => {
    expect(() => elements(text)).toThrow(Malformed)
    expect(() => elements(text)).toThrow(says)
  })

  it.each(["[", "(", "{:a ", "#{", "#_", "#a ", "^"])("of a million %s is refused, not tried", (opened) => {
    expect(() => elements(opened.repeat(1_000_000))).toThrow("line 1: more than 500 forms are nested here")
  })

  it("whatever it holds, it is read or refused", () => {
    const scrap = fc.constantFrom(...'[](){}#_"\\;:^ \n,1a', "nil", "#{", ":type", "\u0000", "\ud800", "é")
    fc.assert(
      fc.property(
        fc.array(fc.oneof(scrap, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 30 }),
        (scraps) => {
          try {
            for (const each of elements(scraps.join(""))) expect(spell(each.form)).toBeTypeOf("string")
          } catch (error) {
            expect(error).toBeInstanceOf(Malformed)
            expect((error as Malformed).message).toMatch(/^line \d+: \P{Cc}+$/u)
          }
        },
      ),
      { numRuns: 5000 },
    )
  })
})
