/** A system without a font for Chinese is told so in letters that it has. */
import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import MissingFont from '../src/components/frame/MissingFont.svelte';
import { show, stage } from './support';

const DEBIAN = { package: 'fonts-noto-cjk', command: 'sudo apt install fonts-noto-cjk' };

describe('MissingFont', () => {
  it.each(['en', 'zh-CN'] as const)(
    'says which package is missing without one Chinese character: %s',
    async (locale) => {
      const { app } = await stage({ missingFont: DEBIAN });
      app.i18n.locale = locale;
      show(app, MissingFont, {});
      const bar = await screen.findByTestId('missing-font');
      expect(bar).toHaveTextContent('Install the package fonts-noto-cjk');
      expect(bar).toHaveTextContent('Qing anzhuang fonts-noto-cjk');
      expect(bar).toHaveTextContent(DEBIAN.command);
      expect(bar.textContent).not.toMatch(/\p{Script=Han}/u);
    },
  );

  it('goes when it was read, here and at the next start', async () => {
    const { app, client } = await stage({ missingFont: DEBIAN });
    const forgotten = vi.spyOn(client, 'missingFontForget');
    show(app, MissingFont, {});
    await fireEvent.click(await screen.findByTestId('missing-font-forget'));
    expect(screen.queryByTestId('missing-font')).toBeNull();
    expect(forgotten).toHaveBeenCalledOnce();
    expect((await client.startUp()).missing_font).toBeUndefined();
  });

  it('is not there where nothing is missing', async () => {
    const { app } = await stage();
    show(app, MissingFont, {});
    expect(screen.queryByTestId('missing-font')).toBeNull();
  });
});
