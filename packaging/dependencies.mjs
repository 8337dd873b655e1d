// What the programs need from the system, read off the programs themselves.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian packages with the least versions that have all used symbols, by dpkg-shlibdeps(1). `undefined` where that is not installed. */
export function debianDependencies(programs, work) {
  // It reads a control file from the folder that it is called in.
  const folder = join(work, 'shlibdeps');
  mkdirSync(join(folder, 'debian'), { recursive: true });
  writeFileSync(join(folder, 'debian/control'), 'Source: vitrine\n\nPackage: vitrine\nArchitecture: any\n');
  const options = { cwd: folder, encoding: 'utf8' };
  try {
    const line = execFileSync('dpkg-shlibdeps', ['-O', ...programs.map((program) => `-e${program}`)], options);
    return line
      .replace(/^shlibs:Depends=/, '')
      .trim()
      .split(', ');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.warn('no dpkg-shlibdeps (Debian package dpkg-dev): the .deb asks for GTK and WebKitGTK alone');
    return undefined;
  }
}

/** Names of shared libraries, as rpm gives them to packages on every distribution. */
export function rpmDependencies(programs) {
  const needed = programs.flatMap((program) => {
    const dynamic = execFileSync('readelf', ['--dynamic', '--wide', program], { encoding: 'utf8' });
    return [...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1]);
  });
  const libraries = needed.filter((name) => !name.startsWith('ld-linux'));
  return [...new Set(libraries)].sort().map((name) => `${name}()(64bit)`);
}
