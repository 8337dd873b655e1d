/** Where Chinese sentences may break in narrow columns. */
import { render } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import Phrases from '../src/components/shared/Phrases.svelte';
import { CATALOGUES } from '../src/i18n/messages';
import { phrases } from '../src/i18n/phrases';

describe('phrases', () => {
  it('keep the words of a Chinese sentence whole', () => {
    const cut = (text: string): string => phrases(text).join('|');
    expect(cut('好比要在约 4 个同样好的选项里挑一个')).toMatch(/约 4 个\|同样\|好的\|选项里/);
    expect(cut('以 81.2% 的机会抽中；它也是模型的首选。')).toMatch(/\|首选。$/);
    expect(cut('「巴黎」不在词表里：并排显示，换这个模型，冷门的词元（3 个）')).toMatch(
      /^「巴黎」.*\|词表里：\|并排\|显示，.*\|模型，\|冷门的\|词元\|（3 个）$/,
    );
  });

  it('are the text, begin with no mark that ends something, and end with none that begins something', () => {
    for (const text of Object.values(CATALOGUES['zh-CN'])) {
      const pieces = phrases(text);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces.slice(1))
        expect(piece).not.toMatch(/^[，。；：、！？」』”’）》】)\]},.;:!?%]/);
      for (const piece of pieces.slice(0, -1)) expect(piece).not.toMatch(/[「『“‘（《【([]$/);
    }
  });

  it('leave a text without Chinese as it is', () => {
    for (const text of Object.values(CATALOGUES.en).filter((text) => !/\p{Script=Han}/u.test(text)))
      expect(phrases(text)).toEqual([text]);
    const { container } = render(Phrases, { text: 'Two words' });
    expect(container.querySelector('wbr')).toBeNull();
  });

  it('are drawn without another character', () => {
    const text = '并排显示，换这个模型';
    const { container } = render(Phrases, { text });
    expect(container.textContent).toBe(text);
    expect(container.querySelectorAll('wbr').length).toBeGreaterThan(1);
  });
});
