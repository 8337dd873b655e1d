import { describe, expect, it } from 'vitest';

import en from '../messages/en.json';
import zh from '../messages/zh-CN.json';
import { ERROR_ACTIONS, type ErrorCodeOrUnexpected } from '../src/client/errors';
import { TERMS } from '../src/components/shared/terms';
import { errorText } from '../src/i18n/error-text';
import { I18n } from '../src/i18n/i18n.svelte';
import { fill, placeholders, resolveLocale, type Locale } from '../src/i18n/messages';

const CATALOGUES: Record<Locale, Record<string, string>> = { en, 'zh-CN': zh };
const LOCALES = Object.keys(CATALOGUES) as Locale[];
const CODES = Object.keys(ERROR_ACTIONS) as ErrorCodeOrUnexpected[];

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it('use the same values in each message', () => {
    for (const [key, message] of Object.entries(en)) {
      const translated = CATALOGUES['zh-CN'][key] ?? '';
      expect(placeholders(translated).sort(), key).toEqual(placeholders(message).sort());
    }
  });

  it('leave nothing empty and shout nowhere', () => {
    for (const locale of LOCALES) {
      for (const [key, message] of Object.entries(CATALOGUES[locale])) {
        expect(message.trim(), `${locale} ${key}`).not.toBe('');
        expect(message, `${locale} ${key}`).not.toMatch(/[!！]/);
      }
    }
  });

  it('write Chinese punctuation in Chinese', () => {
    for (const [key, message] of Object.entries(zh)) {
      expect(message, key).not.toMatch(/[\u4e00-\u9fff][,;:?]/);
    }
  });

  it('quote in Chinese with corner brackets', () => {
    for (const [key, message] of Object.entries(zh)) expect(message, key).not.toMatch(/[“”‘’]/);
  });

  it('part Chinese words from numbers and Latin letters by one space', () => {
    for (const [key, message] of Object.entries(zh)) {
      expect(message, key).not.toMatch(/\p{Script=Han}[\dA-Za-z{]|[\dA-Za-z%}]\p{Script=Han}|\s\s/u);
    }
  });

  it('say token in English, and word piece where they explain it', () => {
    const explains = ['hero_lead', 'term_token_explained'];
    for (const [key, message] of Object.entries(en)) {
      // Pieces of a file are no tokens.
      if (key.startsWith('error_missing_parts')) continue;
      const words = message.replace(/\{\w+\}/g, '');
      if (explains.includes(key)) expect(words, key).toMatch(/word pieces?/);
      else expect(words, key).not.toMatch(/\bpieces?\b/i);
    }
  });

  it('explain every term', () => {
    for (const locale of LOCALES) {
      for (const term of TERMS) {
        expect(CATALOGUES[locale][`term_${term}`], term).toBeTruthy();
        expect(CATALOGUES[locale][`term_${term}_explained`], term).toBeTruthy();
      }
    }
  });
});

describe('a case of an error', () => {
  it('has words of its own where its facts are there, and the usual ones where not', () => {
    const { formats, t } = new I18n('en');
    const facts = { path: '/m/a.gguf-split-b', case: 'cut', whole: 'a.gguf' };
    const cut = errorText({ code: 'missing_parts', detail: '', facts }, null, formats, t);
    expect(cut.sentence).toContain('a.gguf-split-b');
    expect(cut.next).toContain('Join');
    const others: Record<string, string | number>[] = [
      { case: 'cut' },
      { case: 'unheard_of', parts: 2, missing: 'b' },
      {},
    ];
    for (const other of others) {
      const usual = errorText({ code: 'missing_parts', detail: '', facts: other }, null, formats, t);
      expect(usual.next).toBe(en.error_missing_parts_next);
    }
  });
});

describe('every error code', () => {
  it.each(CODES)('%s has a sentence and a next step in both languages', (code) => {
    for (const locale of LOCALES) {
      const messages = CATALOGUES[locale];
      expect(messages[`error_${code}`], locale).toBeTruthy();
      expect(messages[`error_${code}_next`], locale).toBeTruthy();
      expect(messages[`action_${ERROR_ACTIONS[code]}`] ?? ERROR_ACTIONS[code], locale).not.toBe('');
    }
  });

  it.each(CODES)('%s reads well without any facts', (code) => {
    for (const locale of LOCALES) {
      const { t, formats } = new I18n(locale);
      const text = errorText({ code, detail: '', facts: {} }, null, formats, t);
      expect(text.sentence).not.toMatch(/[{}]|undefined/);
      expect(text.next).not.toMatch(/[{}]|undefined/);
      expect(text.sentence).toBeTruthy();
    }
  });

  it('puts the facts in', () => {
    const { t, formats } = new I18n('en');
    const memory = errorText(
      {
        code: 'not_enough_memory',
        detail: '',
        facts: { needed_bytes: 48_000_000_000, free_bytes: 9_100_000_000 },
      },
      null,
      formats,
      t,
    );
    expect(memory.sentence).toBe('The model needs 48 GB of memory; 9.1 GB are free.');
    const path = errorText(
      { code: 'empty_file', detail: '', facts: {} },
      '/home/模型/千问 小.gguf',
      formats,
      t,
    );
    expect(path.sentence).toBe('“千问 小.gguf” is empty.');
  });

  it('says what a file really is where that calls for other advice', () => {
    const { t, formats } = new I18n('en');
    const facts = { path: '/模型/model.safetensors', case: 'git_lfs_pointer' };
    const pointer = errorText({ code: 'not_a_model', detail: '', facts }, null, formats, t);
    expect(pointer.sentence).toBe(
      '“model.safetensors” only points to the model: its contents were not downloaded.',
    );
    expect(pointer.next).toContain('git lfs pull');
    const pickled = { path: '/模型/llama', case: 'pickle' };
    const folder = errorText({ code: 'folder_without_model', detail: '', facts: pickled }, null, formats, t);
    expect(folder.sentence).toContain('pickle');
    const page = errorText({ code: 'not_a_model', detail: '', facts: { case: 'html' } }, '/a', formats, t);
    expect(page.sentence).toBe('“a” is not a language model.');
  });
});

describe('I18n', () => {
  it('switches at once', () => {
    const i18n = new I18n('en');
    expect(i18n.t('rail_tokens')).toBe('Tokens');
    i18n.locale = 'zh-CN';
    expect(i18n.t('rail_tokens')).toBe('词元');
  });

  it('counts', () => {
    const { n } = new I18n('en');
    expect(n('tokens', 1)).toBe('1 token');
    expect(n('tokens', 4096)).toBe('4,096 tokens');
  });

  it('keeps one space between an amount and a Chinese word, wherever the amount ends', () => {
    const { t, n, formats, speed } = new I18n('zh-CN');
    expect(t('growth_seen', { count: formats.compact(61_400) })).toBe('读过 6.14 万个词元');
    expect(t('library_parameters', { count: formats.compact(596_049_920) })).toBe('5.96 亿参数');
    expect(t('library_parameters', { count: formats.compact(4_096) })).toBe('4100 参数');
    expect(t('compare_agreement', { share: formats.share(0.05) })).toBe('5% 的词元相同');
    expect(t('loading_elapsed', { time: formats.duration(31_000) })).toBe('已用 31 秒');
    expect(n('tokens', 3)).toBe('3 个词元');
    expect(t('picker_bundled')).toBe('自带');
    // A name is no amount: it keeps its space.
    expect(t('compare_after', { name: '大模型' })).toContain('等 大模型 答完');
    expect(
      t('error_attachment_too_large', { name: '7月.txt 表', file_bytes: '3 MB', limit_bytes: '2 MB' }),
    ).toMatch(/表 太大/);
    expect(speed(1.04)).toBe('1 词元/秒');
  });

  it('says one token a second and two tokens', () => {
    const { speed } = new I18n('en');
    expect(speed(1.04)).toBe('1 token/s');
    expect(speed(0.7)).toBe('0.7 tokens/s');
    expect(speed(12.34)).toBe('12.3 tokens/s');
  });

  it('leaves a missing value visible', () => {
    expect(fill('a {b} c', {}, String)).toBe('a {b} c');
  });

  it('takes the language of the system', () => {
    expect(resolveLocale('system', 'zh-CN')).toBe('zh-CN');
    expect(resolveLocale('system', 'zh_TW.UTF-8')).toBe('zh-CN');
    expect(resolveLocale('system', 'de-DE')).toBe('en');
    expect(resolveLocale('en', 'zh-CN')).toBe('en');
  });
});
