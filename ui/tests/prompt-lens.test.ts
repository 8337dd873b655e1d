/** A token of the prompt tells about itself in the lens, to the mouse and to the keys. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';

import Window from '../src/Window.svelte';
import { show, stage } from './support';

it('shows tokens of the prompt in the lens, special ones with their sentence', async () => {
  const { app } = await stage({ locale: 'en-US' });
  show(app, Window, { app });
  app.chat.draft = 'Where is the Eiffel Tower?';
  await app.chat.say();
  const answer = app.chat.lastAnswer;
  if (!answer) throw new Error('an answer expected');
  await app.prompts.flip(answer.id, answer.id);
  const prompt = await screen.findByTestId('prompt');
  const special = within(prompt).getAllByTestId('special-token')[0] as HTMLElement;
  expect(special).toHaveAttribute('tabindex', '0');
  await fireEvent.click(special);
  expect(await screen.findByTestId('prompt-token-facts')).toHaveTextContent('A turn begins here');
  expect(screen.getByTestId('prompt-token-facts')).toHaveTextContent(/Token 1 of \d+ of the prompt/);
  special.focus();
  await fireEvent.keyDown(special, { key: 'ArrowRight' });
  const next = document.activeElement as HTMLElement;
  expect(next.dataset['index']).toBe('1');
  await fireEvent.keyDown(next, { key: 'Enter' });
  await waitFor(() => expect(screen.getByTestId('prompt-token-facts')).toHaveTextContent('Token 2 of'));
  expect(next).toHaveAttribute('aria-pressed', 'true');
  expect(special).toHaveAttribute('tabindex', '-1');

  // Another version is on the screen: what the first one received is not explained any more.
  await app.chat.regenerate(answer.id);
  await waitFor(() => expect(app.lens.subject).toBeNull());
});
