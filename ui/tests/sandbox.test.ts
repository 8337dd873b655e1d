/** Settings say what the system keeps a model from, in both languages. */
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import en from '../messages/en.json';
import zh from '../messages/zh-CN.json';
import SandboxNote from '../src/components/settings/SandboxNote.svelte';
import { show, stage } from './support';

describe('SandboxNote', () => {
  it.each([
    ['full', true, 'settings_sandbox_full'],
    ['partial', true, 'settings_sandbox_partial'],
    ['full', false, 'settings_sandbox_files'],
    ['none', true, 'settings_sandbox_network'],
    ['none', false, 'settings_sandbox_none'],
  ] as const)('says what landlock %s and seccomp %s come to', async (landlock, seccomp, key) => {
    const { app } = await stage({ sandbox: { landlock, seccomp } });
    show(app, SandboxNote, {});
    expect(await screen.findByText(en[key])).toBeInTheDocument();
    app.i18n.locale = 'zh-CN';
    expect(await screen.findByText(zh[key])).toBeInTheDocument();
  });

  it('admits that it does not know', async () => {
    const { app, client } = await stage();
    client.sandbox = () => Promise.reject(new Error('no worker'));
    show(app, SandboxNote, {});
    expect(await screen.findByText(en.settings_sandbox_unknown)).toBeInTheDocument();
  });
});
