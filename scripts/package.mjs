// Makes the packages: .deb and .rpm on Linux, NSIS on Windows, dmg on macOS (docs/packaging.md).
//
//   node scripts/package.mjs [--profile release|dev] [--bundles deb,rpm] [--version 1.2.3] [--out FOLDER] [--built]
//
// --profile dev takes the programs of `make build`, so that no second engine has to be built; --version packs them as if they were
// that version; --built: they are built already. The packages, their SHA-256 sums and nothing else end up in FOLDER.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { debianChangelog } from '../packaging/changelog.mjs';
import { debianDependencies, rpmDependencies } from '../packaging/dependencies.mjs';
import { linux } from '../packaging/linux/files.mjs';

const ROOT = join(import.meta.dirname, '..');
const PROGRAMS = ['vitrine', 'vitrine-worker'];
const EXE = process.platform === 'win32' ? '.exe' : '';
/** What Windows shows of a model file. Linux has packaging/linux/vitrine.xml. */
const MODEL_FILE = { ext: ['gguf'], name: 'GGUF', description: 'Language model (GGUF)', mimeType: 'application/x-gguf', role: 'Viewer' };
const USUAL = { linux: 'deb,rpm', win32: 'nsis', darwin: 'dmg' };

const { values: asked } = parseArgs({
  options: {
    profile: { type: 'string', default: 'release' },
    bundles: { type: 'string', default: USUAL[process.platform] },
    version: { type: 'string' },
    out: { type: 'string' },
    built: { type: 'boolean', default: false },
  },
});

function run(program, args, environment = {}) {
  const options = { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment } };
  execFileSync(program, args, options);
}

function told(program, args) {
  return execFileSync(program, args, { cwd: ROOT, encoding: 'utf8' });
}

function built(target) {
  const release = asked.profile === 'release';
  if (!release && asked.profile !== 'dev') throw new Error(`there is no profile ${asked.profile}: release or dev`);
  if (!asked.built) {
    if (process.platform === 'linux') run('scripts/share-artifacts.sh', [], { CARGO_TARGET_DIR: target });
    run('cargo', ['build', '--workspace', '--locked', ...(release ? ['--release'] : [])]);
  }
  return join(target, release ? 'release' : 'debug');
}

/** Where the bundler looks for programs, apart from where cargo puts them: nothing there is changed. */
function stage(from, work, triple) {
  const into = join(work, 'target/release');
  mkdirSync(into, { recursive: true });
  for (const name of PROGRAMS) {
    copyFileSync(join(from, name + EXE), join(into, name + EXE));
    // Symbols stay: a report about a crash names functions. What belongs to a debugger goes.
    if (process.platform === 'linux') run('strip', ['--strip-debug', join(into, name)]);
  }
  const worker = join(work, `vitrine-worker-${triple}${EXE}`);
  copyFileSync(join(into, PROGRAMS[1] + EXE), worker);
  return { programs: PROGRAMS.map((name) => join(into, name + EXE)), externalBin: join(work, PROGRAMS[1]) };
}

function configuration(work, version, { programs, externalBin }) {
  const licences = join(work, 'licences/third-party.txt');
  run('node', ['scripts/supply-chain.mjs', 'write', licences]);
  const bundle = {
    externalBin: [externalBin],
    resources: { 'models/starter/': 'models/starter/', [licences]: 'licences/third-party.txt' },
  };
  if (process.platform === 'win32') bundle.fileAssociations = [MODEL_FILE];
  // macOS hands a file over as an event, which the app does not listen to yet: it promises nothing there.
  if (process.platform !== 'linux') return { version, bundle };

  const packed = join(work, 'third-party-licences.txt.gz');
  writeFileSync(packed, gzipSync(readFileSync(licences), { level: 9 }));
  const changelog = join(work, 'changelog');
  writeFileSync(changelog, debianChangelog(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')));
  const dependencies = { deb: debianDependencies(programs, work), rpm: rpmDependencies(programs) };
  return { version, bundle: { ...bundle, ...linux({ changelog, licences: packed, dependencies }) } };
}

/** Every package that the bundler made, wherever it puts the kind. */
function made(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const kinds = /\.(deb|rpm|dmg)$|-setup\.exe$/;
  return files.filter((file) => file.isFile() && kinds.test(file.name)).map((file) => join(file.parentPath, file.name));
}

const target = JSON.parse(told('cargo', ['metadata', '--format-version', '1', '--no-deps', '--locked'])).target_directory;
const triple = told('rustc', ['-vV']).match(/^host: (.*)$/m)[1];
const version = asked.version ?? JSON.parse(readFileSync(join(ROOT, 'tauri.conf.json'), 'utf8')).version;
const out = asked.out ?? join(target, 'package', asked.profile);
const work = join(target, 'package', 'work');

const programs = built(target);
rmSync(work, { recursive: true, force: true });
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const staged = stage(programs, work, triple);
const overlay = join(work, 'bundle.json');
writeFileSync(overlay, JSON.stringify(configuration(work, version, staged), null, 2));

// Files in a .deb have the date of the version, so that the same programs make the same package.
const changes = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
const date = process.env.SOURCE_DATE_EPOCH ?? Date.parse(changes.match(/^## \S+ \((.*)\)/m)[1]) / 1000;
run('node', ['ui/node_modules/@tauri-apps/cli/tauri.js', 'bundle', '--ci', '--bundles', asked.bundles, '--config', overlay], {
  CARGO_TARGET_DIR: join(work, 'target'),
  TAURI_FRONTEND_PATH: 'ui',
});

/**
 * The bundler's own archive says when it was made and lists files as the disk does. Debian's tool packs the same content in order, with the
 * date of the sources, and smaller.
 */
function repacked(deb, epoch) {
  const folder = join(work, 'repacked');
  const compression = asked.profile === 'release' ? ['-Zxz'] : ['-Zgzip', '-z1'];
  try {
    run('dpkg-deb', ['--raw-extract', deb, folder]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  const files = readdirSync(folder, { recursive: true });
  for (const file of ['', ...files]) utimesSync(join(folder, file), epoch, epoch);
  run('dpkg-deb', ['--root-owner-group', ...compression, '--build', folder, deb], { SOURCE_DATE_EPOCH: String(epoch) });
}

const packages = made(join(work, 'target/release/bundle'));
if (packages.length === 0) throw new Error('the bundler made no package');
for (const deb of packages.filter((file) => file.endsWith('.deb'))) repacked(deb, Number(date));
const sums = packages.map((file) => {
  const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
  copyFileSync(file, join(out, basename(file)));
  return `${sum}  ${basename(file)}\n`;
});
writeFileSync(join(out, 'SHA256SUMS'), sums.sort().join(''));
rmSync(work, { recursive: true, force: true });
console.log(`In ${out}:`);
for (const file of readdirSync(out)) {
  const bytes = statSync(join(out, file)).size;
  console.log(`  ${file}  ${bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`}`);
}
