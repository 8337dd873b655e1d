/** Licences as a package brings them: two long texts of the kind. */
import type { Licences } from '../bindings/Licences';

const MIT = [
  'Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated',
  'documentation files (the "Software"), to deal in the Software without restriction, including without limitation',
  'the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software.',
].join('\n');

function many(kind: string, count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `${kind}-${at + 1} 1.0.${at}\nMIT License\n\n${MIT}\n`,
  ).join('\n');
}

export const LICENCES: Licences = {
  files: [
    { name: 'npm.txt', text: many('package', 20) },
    { name: 'rust.txt', text: many('crate', 400) },
  ],
};
