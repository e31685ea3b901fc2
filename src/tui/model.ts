import type { Finding, Report } from '../analysis/report.ts'
import type { Base } from '../dockerfile/base.ts'
import type { Image, Layer } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import type { Card } from '../rules/rule.ts'
import type { Stack } from '../stack.ts'
import type { Changeset, DirectoryNode, FileNode } from '../tree/node.ts'
import { apply, type OverlayObserver } from '../tree/overlay.ts'
import { find, impliedDirectory } from '../tree/tree.ts'
import { choicesOf, describeChange } from '../what-if/choices.ts'
import { Scenario } from '../what-if/scenario.ts'
import { biographyOf, type Deed } from './biography.ts'
import { findingGroups } from './findings.ts'
import type { Folding } from './folding.ts'
import { type Grouped, type Item, type ItemRows, itemRows, wastedItems, wasteGroups } from './items.ts'
import { Listing } from './listing.ts'
import { openBodies } from './mark.ts'
import { parseMatcher } from './matcher.ts'
import { Search } from './search.ts'
import { GROUPINGS, type Grouping, type Scope, type Shown, type Sort, type State } from './state.ts'
import { Tally } from './tally.ts'
import { DirectoryTotals } from './totals.ts'
import { View } from './view.ts'

/** The parts of an analysis that the screen shows. */
export interface Analysed {
  readonly image: Image
  readonly stack: Stack
  readonly report: Report
  readonly base: Pick<Base, 'layers' | 'name' | 'strength'>
  readonly bloat: readonly Claimed[]
}

/** What the files pane lists. */
export type Query = Pick<State, 'layer' | 'scope' | 'shown' | 'sort' | 'reversed' | 'filter'> & {
  readonly folding: Folding
}

/** All that the screen knows of an image; whatever takes long is worked out when it is asked for, and remembered. */
export interface Model {
  readonly report: Report
  /** Where the base image ends; undefined where nothing tells. */
  readonly base: Analysed['base'] | undefined
  /** Why the content of files cannot be read; undefined where it can. */
  readonly unreadable: string | undefined
  /** Every wasted body, largest first. */
  readonly items: readonly Item[]
  itemRows(grouping: Grouping, folding: Folding): ItemRows
  /** The largest finding that claims the body of a file. */
  findingOf(file: FileNode): Finding | undefined
  /** What the rule behind a finding says of all its findings. */
  cardOf(finding: Finding): Card | undefined
  /** What doing something about a finding changes, in a few words; undefined where what it saves cannot be told. */
  changeOf(finding: Finding): string | undefined
  /** Whether a layer writes a file or a directory at a path. */
  writes(layer: number, path: string): boolean
  /** What the image would come to with what is ticked. */
  readonly tally: Tally
  /** The same object as long as the same is asked; `filter` must be valid. */
  listing(query: Query): Listing
  view(layer: number, scope: Scope, shown: Shown): View
  /** The search for a text in a given order, the same object as long as the same is asked; undefined where it is invalid. */
  search(text: string, sort: Sort, reversed: boolean): Search | undefined
  biography(path: string): readonly Deed[]
  /** Bodies that must be hashed before everything up to a layer can be compared with the base layer. */
  questions(layer: number): FileNode[]
  /** Forgets what was worked out from bodies that had not been hashed. */
  refresh(): void
}

const PASSED_BY = 'the archive has passed by, so its files cannot be read any more; give it as a file, or with --keep'

const UNOBSERVED: OverlayObserver = { added() {}, replaced() {}, removed() {} }
/** What a layer does, and nothing else. */
const ALL_CHANGES: Shown = { added: true, modified: true, removed: true, unchanged: false }

/** The model of an image that was read; `passedBy` says why its files cannot be read, should that be so. */
export function makeModel({ image, stack, report, base, bloat }: Analysed, passedBy = PASSED_BY): Model {
  const empty = impliedDirectory()
  const roots = stackRoots(image.layers, empty)
  const totals = new DirectoryTotals(stack.shared)
  // Most trees share most of their directories, so all of them take little more than the largest.
  for (const root of roots) totals.of(root)
  const items = wastedItems(report)
  const rootfs = (layer: number): DirectoryNode => roots[layer] ?? empty

  const makeView = (layer: number, scope: Scope, shown: Shown): View => {
    const lower = scope === 'all' ? rootfs(0) : layer === 0 ? empty : rootfs(layer - 1)
    return new View(lower, rootfs(layer), shown, totals)
  }
  type Flags = readonly [added: boolean, modified: boolean, removed: boolean, unchanged: boolean]
  const view = lastFew(6, (layer: number, scope: Scope, ...[added, modified, removed, unchanged]: Flags) =>
    makeView(layer, scope, { added, modified, removed, unchanged }),
  )
  const viewOf = (layer: number, scope: Scope, { added, modified, removed, unchanged }: Shown): View =>
    view.get(layer, scope, added, modified, removed, unchanged)
  const listing = lastFew(2, (from: View, sort: Sort, reversed: boolean, filter: string, folding: Folding) => {
    const matcher = filter === '' ? undefined : parseMatcher(filter, 'path')
    const match = matcher !== undefined && 'match' in matcher ? matcher.match : undefined
    return new Listing(from, { order: { sort, reversed }, folding, match })
  })
  const search = lastFew(1, (text: string, sort: Sort, reversed: boolean) => {
    const matcher = parseMatcher(text, 'name')
    if (text === '' || 'error' in matcher) return undefined
    return new Search(roots.length, (layer) => makeView(layer, 'layer', ALL_CHANGES), matcher.match, { sort, reversed })
  })
  const grouped = lastFew(GROUPINGS.length, (grouping: Grouping): Grouped => {
    if (grouping === 'none') return { items }
    return { groups: grouping === 'finding' ? findingGroups(bloat) : wasteGroups(items, grouping) }
  })
  const owners = lastFew(1, () => ownersOf(bloat))
  const changes = lastFew(
    1,
    () => new Map(choicesOf(bloat).map((one) => [one.claimed.finding.id, describeChange(one)])),
  )
  const rows = lastFew(1, (grouping: Grouping, folding: Folding) => itemRows(grouped.get(grouping), folding))

  return {
    report,
    base: base.strength === 'assumed' || base.layers === 0 ? undefined : base,
    unreadable: image.readBody === undefined ? passedBy : undefined,
    items,
    itemRows: rows.get,
    findingOf: (file) => owners.get().get(file),
    cardOf: (finding) => bloat.find((claimed) => claimed.finding === finding)?.rule,
    changeOf: ({ id }) => changes.get().get(id),
    writes(layer, path) {
      const changeset = changesetOf(image.layers[layer])
      const node = changeset && find(changeset.added, path)
      return node?.kind === 'file' || node?.kind === 'directory'
    },
    tally: new Tally(() => Scenario.open(image, stack, bloat)),
    view: viewOf,
    listing: ({ layer, scope, shown, sort, reversed, filter, folding }) =>
      listing.get(viewOf(layer, scope, shown), sort, reversed, filter, folding),
    search: search.get,
    biography: (path) => biographyOf(path, roots.length, rootfs, (layer) => changesetOf(image.layers[layer])),
    questions: (layer) => openBodies(rootfs(0), rootfs(layer)),
    refresh() {
      view.forget()
      listing.forget()
      search.forget()
    },
  }
}

function ownersOf(bloat: readonly Claimed[]): Map<FileNode, Finding> {
  const owners = new Map<FileNode, Finding>()
  for (const { finding, files } of bloat) for (const { node } of files) if (!owners.has(node)) owners.set(node, finding)
  return owners
}

/** The rootfs after each layer; each keeps what it shares with the one beneath it. */
function stackRoots(layers: readonly Layer[], empty: DirectoryNode): DirectoryNode[] {
  let root = empty
  return layers.map((layer) => {
    const changeset = changesetOf(layer)
    if (changeset !== undefined) root = apply(root, changeset, {}, UNOBSERVED)
    return root
  })
}

function changesetOf(layer: Layer | undefined): Changeset | undefined {
  return layer === undefined || typeof layer.content === 'string' ? undefined : layer.content.changeset
}

/** A function that remembers its last few answers, and is asked with values that can be compared as they are. */
function lastFew<A extends readonly unknown[], T>(
  few: number,
  make: (...asked: A) => T,
): { get(...asked: A): T; forget(): void } {
  let known: { readonly asked: A; readonly answer: T }[] = []
  return {
    get(...asked) {
      const found = known.find((one) => one.asked.every((value, i) => value === asked[i]))
      const one = found ?? { asked, answer: make(...asked) }
      known = [one, ...known.filter((other) => other !== one)].slice(0, few)
      return one.answer
    },
    forget() {
      known = []
    },
  }
}
