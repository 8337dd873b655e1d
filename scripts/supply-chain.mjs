// What of others is in the app, and on which terms.
//
//   node scripts/supply-chain.mjs check         licences that deny.toml allows, sources that it allows; no network
//   node scripts/supply-chain.mjs write FILE    the same, then every licence text of what is in the package, into one file
//
// Counted as part of the app: crates that the app or its worker is linked from (build tools and tests are not), and npm packages
// that `ui/package.json` names as dependencies, with theirs. The same lock files give the same file, byte by byte.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CRATES_IO = 'registry+https://github.com/rust-lang/crates.io-index';
const PROGRAMS = ['vitrine', 'vitrine-worker'];
const TEXT_NAME = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

/** Licences by SPDX id, out of `[licenses] allow` in deny.toml. */
function allowed() {
  const config = readFileSync(join(ROOT, 'deny.toml'), 'utf8');
  const list = config.match(/^allow = \[([^\]]*)\]/m);
  if (!list) throw new Error('deny.toml has no list of allowed licences');
  return [...list[1].matchAll(/"([^"]+)"/g)].map((match) => match[1]);
}

/**
 * The licences that a use of `expression` (SPDX, annex D; "/" is how crates wrote OR before) has to keep to: the first choice that is
 * allowed. `undefined` where none is.
 */
export function chosen(expression, allow) {
  const words = expression.replace(/\//g, ' OR ').match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const either = () => {
    let found = both();
    while (words[at] === 'OR') {
      at += 1;
      const other = both();
      found ??= other;
    }
    return found;
  };
  const both = () => {
    let found = one();
    while (words[at] === 'AND') {
      at += 1;
      const other = one();
      found = found && other && [...new Set([...found, ...other])];
    }
    return found;
  };
  const one = () => {
    if (words[at] === '(') {
      at += 1;
      const inner = either();
      at += 1;
      return inner;
    }
    let id = words[at];
    at += 1;
    if (words[at] === 'WITH') {
      id += ` WITH ${words[at + 1]}`;
      at += 2;
    }
    return allow.includes(id) ? [id] : undefined;
  };
  const found = either();
  return at === words.length ? found : undefined;
}

function host() {
  const version = execFileSync('rustc', ['-vV'], { encoding: 'utf8' });
  return version.match(/^host: (.*)$/m)[1];
}

/** Crates that the programs are linked from. */
function crates() {
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', host()];
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 };
  const metadata = JSON.parse(execFileSync('cargo', args, options));
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const nodes = new Map(metadata.resolve.nodes.map((one) => [one.id, one]));
  const members = new Set(metadata.workspace_members);
  const found = new Set();
  const waiting = [...members].filter((id) => PROGRAMS.includes(packages.get(id).name));
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (found.has(id)) continue;
    found.add(id);
    for (const dependency of nodes.get(id).deps) {
      if (dependency.dep_kinds.some((kind) => kind.kind === null)) waiting.push(dependency.pkg);
    }
  }
  return [...found]
    .map((id) => packages.get(id))
    // Our own, and the facades that only hand others on.
    .filter((one) => one.source !== null)
    .map((one) => ({
      kind: 'crate',
      name: one.name,
      version: one.version,
      licence: one.license ?? '',
      source: one.source,
      page: `https://crates.io/crates/${one.name}/${one.version}`,
      authors: one.authors,
      folder: dirname(one.manifest_path),
      // Crates that build C bring the texts of what they build in folders below.
      depth: one.links ? 3 : 0,
    }));
}

/** npm packages that the interface is bundled from. */
function npmPackages() {
  const lock = JSON.parse(readFileSync(join(ROOT, 'ui/package-lock.json'), 'utf8'));
  const shipped = Object.entries(lock.packages).filter(([path, one]) => path && !one.dev && !one.optional);
  return shipped.map(([path, one]) => {
    const folder = join(ROOT, 'ui', path);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const author = manifest.author?.name ?? manifest.author;
    return {
      kind: 'npm package',
      name: manifest.name,
      version: one.version,
      licence: manifest.license ?? '',
      source: one.integrity ? 'npm' : 'unknown',
      page: `https://www.npmjs.com/package/${manifest.name}/v/${one.version}`,
      authors: author ? [author] : [],
      folder,
      depth: 0,
    };
  });
}

/** Every source that a lock file names: nothing comes from a branch of somebody or from another registry. */
function foreignSources() {
  const lock = readFileSync(join(ROOT, 'Cargo.lock'), 'utf8');
  const sources = [...lock.matchAll(/^source = "(.*)"$/gm)].map((match) => match[1]);
  const npm = Object.values(JSON.parse(readFileSync(join(ROOT, 'ui/package-lock.json'), 'utf8')).packages);
  const unhashed = npm.filter((one) => one.version && one.name === undefined && !one.integrity);
  return [...new Set(sources.filter((source) => source !== CRATES_IO)), ...unhashed.map((one) => one.resolved)];
}

function licenceFiles(folder, depth) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const here = entries.filter((entry) => entry.isFile() && TEXT_NAME.test(entry.name));
  const below = depth === 0 ? [] : entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules');
  return [
    ...here.map((entry) => join(folder, entry.name)),
    ...below.flatMap((entry) => licenceFiles(join(folder, entry.name), depth - 1)),
  ];
}

function read(file) {
  const text = readFileSync(file, 'utf8').replace(/\r\n?/g, '\n').replace(/[ \t]+$/gm, '');
  return text.replace(/\n{3,}/g, '\n\n').trim();
}

/** The texts that a package brings; where it brings none, the text of its licence with its authors in it. */
function textsOf(one, allow, standard) {
  const texts = licenceFiles(one.folder, one.depth).map(read).filter(Boolean);
  if (texts.length > 0) return texts;
  const holders = one.authors.map((author) => author.replace(/ *<.*>/, '')).join(', ') || `the ${one.name} contributors`;
  return chosen(one.licence, allow).map((id) => {
    const text = standard.get(id);
    if (!text) throw new Error(`${one.name} ${one.version} brings no text of ${id}: add packaging/licences/${id}.txt`);
    return text.replace('{holders}', () => holders);
  });
}

/** Licence texts by SPDX id: ours, and those of packages where nobody's name stands in them. */
function standardTexts(packages) {
  const folder = join(ROOT, 'packaging/licences');
  const own = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  const texts = new Map(own.map((name) => [name.slice(0, -4), read(join(folder, name))]));
  texts.set('Apache-2.0', read(join(ROOT, 'LICENSE')));
  const mpl = packages.filter((one) => one.licence === 'MPL-2.0').flatMap((one) => licenceFiles(one.folder, 0));
  if (mpl.length > 0) texts.set('MPL-2.0', read(mpl[0]));
  return texts;
}

function document(packages, allow) {
  const standard = standardTexts(packages);
  const users = new Map();
  for (const one of packages) {
    for (const text of textsOf(one, allow, standard)) {
      if (!users.has(text)) users.set(text, []);
      users.get(text).push(`${one.name} ${one.version}`);
    }
  }
  const line = (one) => `${one.name} ${one.version} (${one.kind}): ${one.licence}\n  ${one.page}`;
  const rule = '='.repeat(100);
  const texts = [...users].map(([text, names]) => `${rule}\n${[...new Set(names)].join(', ')}\n${rule}\n\n${text}\n`);
  return [
    'What Vitrine is made of',
    '透窗所用的开源组件',
    '',
    `Vitrine itself is under the Apache License 2.0, whose text is among those below. It contains these ${packages.length} packages of others,`,
    'unchanged. Their source can be had at the addresses below. Then follow their licences, each text once, with the names of those',
    'that it belongs to.',
    '',
    ...packages.map(line),
    '',
    ...texts,
  ].join('\n');
}

function main([command, file]) {
  const allow = allowed();
  const order = (a, b) => `${a.name} ${a.version} ${a.kind}`.localeCompare(`${b.name} ${b.version} ${b.kind}`, 'en');
  const packages = [...crates(), ...npmPackages()].sort(order);
  const wrong = packages
    .filter((one) => !chosen(one.licence, allow))
    .map((one) => `${one.name} ${one.version} is under "${one.licence}", which deny.toml does not allow`);
  wrong.push(...foreignSources().map((source) => `a lock file names another source: ${source}`));
  if (wrong.length > 0) {
    console.error(wrong.join('\n'));
    process.exit(1);
  }
  // Made in either case: a text that is missing is found by a check, not by a release.
  const text = document(packages, allow);
  if (command === 'write' && file) {
    if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`${relative(process.cwd(), file)}: ${packages.length} packages, ${Math.round(text.length / 1024)} KiB`);
  } else if (command === 'check') {
    console.log(`${packages.length} packages, all under allowed licences and from their registries`);
  } else {
    console.error('usage: node scripts/supply-chain.mjs check | write FILE');
    process.exit(2);
  }
}

main(process.argv.slice(2));
