// What a reader has changed, as it stands in the address: `w=papers:2,stock:0.5`, `m=index:geometric,effort:generalised~0.5`,
// `scale=percent_rank`. What cannot be read there is left out; what is as declared is not written.
import { METHODS, ruleOf, SCALES, shownWeights, type Choices, type Method, type Rule, type Scale, type Tree } from './aggregate'

const LARGEST = 1000

function pairs(text: string | undefined): [string, string][] {
  return (text ?? '').split(',').flatMap((part) => {
    const at = part.lastIndexOf(':')
    return at > 0 ? [[part.slice(0, at), part.slice(at + 1)] as [string, string]] : []
  })
}

function rule(text: string): Rule | null {
  const [method = '', power = ''] = text.split('~')
  if (!METHODS.includes(method as Method)) return null
  const exponent = Number(power || 1)
  if (method === 'generalised' && (!Number.isFinite(exponent) || exponent === 0)) return null
  return { method: method as Method, power: exponent }
}

export function readChoices(query: Readonly<Record<string, string>>, tree: Tree): Choices {
  const weights: Record<string, number> = {}
  for (const [code, text] of pairs(query['w'])) {
    const value = Number(text)
    if (tree.byCode.get(code)?.parent != null && text !== '' && value >= 0 && value <= LARGEST) weights[code] = value
  }
  const rules: Record<string, Rule> = {}
  for (const [code, text] of pairs(query['m'])) {
    const found = rule(text)
    if (tree.members.has(code) && found) rules[code] = found
  }
  const scale = query['scale'] as Scale
  return { weights, rules, scale: SCALES.includes(scale) ? scale : 'declared' }
}

const same = (a: Rule, b: Rule) => a.method === b.method && (a.method !== 'generalised' || a.power === b.power)

/** The part of the query that says the choices. */
export function writeChoices(choices: Choices, tree: Tree): Record<'w' | 'm' | 'scale', string | null> {
  const shown = shownWeights(tree)
  const weights = Object.entries(choices.weights).filter(([code, w]) => w !== shown[code])
  const rules = Object.entries(choices.rules).filter(([code, r]) => {
    const node = tree.byCode.get(code)
    return node && !same(r, ruleOf(node, { ...choices, rules: {} }))
  })
  const say = (r: Rule) => (r.method === 'generalised' ? `${r.method}~${r.power}` : r.method)
  return {
    w: weights.map(([code, w]) => `${code}:${w}`).join(',') || null,
    m: rules.map(([code, r]) => `${code}:${say(r)}`).join(',') || null,
    scale: choices.scale === 'declared' ? null : choices.scale,
  }
}

export const isDeclared = (choices: Choices, tree: Tree): boolean =>
  Object.values(writeChoices(choices, tree)).every((part) => part === null)
