// CHANGELOG.md as Debian writes changes (deb-changelog(5)).

/** No address: there is none that would be read. The form wants one. */
const BY = 'The Vitrine contributors <contributors@vitrine.invalid>';

export function debianChangelog(markdown) {
  const entries = markdown.split(/^## /m).slice(1);
  return entries
    .map((entry) => {
      const [, version, day] = entry.match(/^(\S+) \((\d{4}-\d{2}-\d{2})\)/);
      const changes = entry
        .split('\n')
        .filter((line) => line.startsWith('* '))
        .map((line) => wrapped(line.slice(2)));
      const date = new Date(`${day}T00:00:00Z`).toUTCString().replace('GMT', '+0000');
      return `vitrine (${version}) stable; urgency=medium\n\n${changes.join('\n')}\n\n -- ${BY}  ${date}\n`;
    })
    .join('\n');
}

/** Lines of at most 80 characters. */
function wrapped(text) {
  const lines = ['  *'];
  for (const word of text.split(' ')) {
    if (lines.at(-1).length + 1 + word.length > 80) lines.push('   ');
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines.join('\n');
}
