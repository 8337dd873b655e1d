import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { layoutTree } from '../src/components/branches/layout';
import type { Message, TreeNode } from '../src/client/upcoming';
import Window from '../src/Window.svelte';
import { show, stage, type Stage } from './support';

beforeEach(() => {
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

/** A window with one question answered. */
async function asked(question = 'Where is the Eiffel Tower?', options = {}): Promise<Stage> {
  const made = await stage({ locale: 'en-US', ...options });
  show(made.app, Window, { app: made.app });
  made.app.chat.draft = question;
  await made.app.chat.say();
  await waitFor(() =>
    expect(screen.getByTestId('message-assistant')).toHaveAttribute('data-status', 'complete'),
  );
  return made;
}

function answer({ app }: Stage): Message {
  const last = app.chat.lastAnswer;
  if (!last) throw new Error('an answer expected');
  return last as Message;
}

function tokens(): HTMLElement[] {
  return within(screen.getByTestId('message-assistant')).getAllByTestId('token');
}

describe('what if', () => {
  it('grows a sibling from a candidate, marks the fork, and overwrites nothing', async () => {
    const made = await asked();
    const first = answer(made);
    const before = tokens().map((token) => token.dataset['tokenId']);
    await fireEvent.click(tokens()[3] as HTMLElement);
    const pick = screen.getAllByTestId('candidate-pick')[1] as HTMLElement;
    const chosen = pick.closest<HTMLElement>('[data-testid="candidate"]')?.dataset['tokenId'];
    await fireEvent.click(pick);
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    await waitFor(() => expect(screen.getByTestId('version')).toHaveTextContent('2/2'));
    const after = tokens();
    expect(after.slice(0, 3).map((token) => token.dataset['tokenId'])).toEqual(before.slice(0, 3));
    expect(after[3]?.dataset['tokenId']).toBe(chosen);
    expect(after[3]).toHaveClass('fork');
    expect(screen.getByTestId('branch-note')).toHaveTextContent('Another way from token 4 on');

    await fireEvent.click(within(screen.getByTestId('branch-note')).getByRole('button'));
    await waitFor(() => expect(screen.getByTestId('version')).toHaveTextContent('1/2'));
    expect(made.app.chat.lastAnswer?.text).toBe(first.text);
    await waitFor(() => expect(tokens()[3]).toHaveClass('left'));
    expect(tokens()[3]?.getAttribute('aria-label')).toContain('another version left');
  });

  it('is reached by keys alone: Enter on the pinned token goes to its candidates', async () => {
    const made = await asked();
    const token = tokens()[1] as HTMLElement;
    token.focus();
    await fireEvent.keyDown(token, { key: 'Enter' });
    await screen.findByTestId('what-if');
    expect(token).toHaveFocus();
    await fireEvent.keyDown(token, { key: 'Enter' });
    await waitFor(() => expect(screen.getAllByTestId('candidate-pick')[0]).toHaveFocus());
    await fireEvent.click(document.activeElement as HTMLElement);
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    expect(answer(made).facts?.branch).toMatchObject({ token_index: 1, choice: { kind: 'token' } });
  });

  it('keeps the settings and the seed of the answer, and leaves the seed open where it draws again', async () => {
    const made = await asked();
    const turn = vi.spyOn(made.client, 'chatTurn');
    const first = answer(made);
    made.app.chat.settings = { ...made.app.chat.settings, max_tokens: 77 };
    await made.app.chat.fork(first, 2, { kind: 'text', text: ' old' });
    await made.app.chat.fork(first, 2, { kind: 'open' });
    const sent = turn.mock.calls.map(([request]) => request.settings);
    expect(sent[0]?.max_tokens).toBe(first.facts?.settings.max_tokens);
    expect(sent[0]?.sampling.seed).toBe(first.facts?.seed);
    expect(sent[1]?.sampling).not.toHaveProperty('seed');
  });

  it('takes a typed piece, and one of the whole vocabulary', async () => {
    const made = await asked();
    await fireEvent.click(tokens()[2] as HTMLElement);
    await fireEvent.input(screen.getByTestId('piece-entry'), { target: { value: ' tower' } });
    const hit = await screen.findAllByTestId('vocabulary-hit');
    expect(hit[0]).toHaveTextContent('␣tower');
    await fireEvent.click(screen.getByTestId('piece-submit'));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    expect(answer(made).facts?.branch?.choice).toEqual({ kind: 'text', text: ' tower' });

    await fireEvent.click(tokens()[1] as HTMLElement);
    await fireEvent.input(screen.getByTestId('piece-entry'), { target: { value: ' great' } });
    const [found] = await screen.findAllByTestId('vocabulary-hit');
    await fireEvent.click(found as HTMLElement);
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    expect(answer(made).facts?.branch).toMatchObject({ token_index: 1, choice: { kind: 'token' } });
    expect(answer(made).versions).toHaveLength(3);
  });

  it('says rank and probability of a typed piece at that place', async () => {
    await asked();
    await fireEvent.click(tokens()[2] as HTMLElement);
    await fireEvent.input(screen.getByTestId('piece-entry'), { target: { value: ' old' } });
    await fireEvent.click(screen.getByTestId('piece-measure'));
    expect(await screen.findByTestId('guess-result')).toHaveTextContent(/“␣old” is in place [\d,]+ of 8,192/);
  });

  it('judges a guess of several tokens by its first', async () => {
    await asked();
    await fireEvent.click(tokens()[2] as HTMLElement);
    await fireEvent.input(screen.getByTestId('piece-entry'), { target: { value: ' old city' } });
    await fireEvent.click(screen.getByTestId('piece-measure'));
    expect(await screen.findByTestId('guess-result')).toHaveTextContent(
      /“␣old␣city” is 2 tokens. The first, “␣old”, is in place [\d,]+ of 8,192/,
    );
  });

  it('needs the model that wrote the answer, and says which', async () => {
    const made = await asked();
    await made.app.models.load('/home/user/other.gguf');
    await fireEvent.click(tokens()[2] as HTMLElement);
    expect(screen.getByTestId('what-if-other-model')).toHaveTextContent('load Vitrine Starter');
    expect(screen.queryByTestId('candidate-pick')).toBeNull();
    expect(screen.queryByTestId('go-on')).toBeNull();
  });
});

describe('the end', () => {
  it('is told with its probability, and refused on demand as a branch', async () => {
    const made = await asked();
    const ended = answer(made);
    expect(screen.getByTestId('stop-reason')).toHaveTextContent(/the model chose to end \([\d.]+%\)/);
    await fireEvent.click(screen.getByTestId('go-on'));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    const longer = answer(made);
    expect(longer.versions).toEqual([ended.id, longer.id]);
    expect(longer.text.startsWith(ended.text)).toBe(true);
    expect(longer.text.length).toBeGreaterThan(ended.text.length);
    expect(screen.getByTestId('branch-note')).toHaveTextContent('Continued past the end');
  });
});

describe('a question in other words', () => {
  it('begins a branch; the old one can be switched back to', async () => {
    const made = await asked();
    await fireEvent.click(screen.getByTestId('question-edit'));
    const box = screen.getByTestId('question-text');
    expect(screen.getByTestId('question-send')).toBeDisabled();
    await fireEvent.input(box, { target: { value: 'What is the capital of Japan?' } });
    await fireEvent.keyDown(box, { key: 'Enter', isComposing: true });
    expect(made.app.chat.busy).toBe(false);
    await fireEvent.keyDown(box, { key: 'Enter' });
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    await waitFor(() => expect(screen.getByTestId('message-user')).toHaveTextContent('capital of Japan'));
    expect(within(screen.getByTestId('message-user')).getByTestId('version')).toHaveTextContent('2/2');
    await fireEvent.click(within(screen.getByTestId('message-user')).getByLabelText('Previous version'));
    await waitFor(() => expect(screen.getByTestId('message-user')).toHaveTextContent('Eiffel'));
  });

  it('is dropped by Esc without stopping anything', async () => {
    const made = await asked();
    await fireEvent.click(screen.getByTestId('question-edit'));
    await fireEvent.keyDown(screen.getByTestId('question-text'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('question-text')).toBeNull());
    expect(made.app.chat.conversation?.messages).toHaveLength(2);
  });
});

describe('another version by another model', () => {
  it('loads it, answers with it, and names both', async () => {
    const made = await asked('Where is the Eiffel Tower?', { past: true });
    await fireEvent.click(screen.getByTestId('regenerate-ways'));
    const [other] = screen.getAllByTestId('regenerate-model');
    await fireEvent.click(other as HTMLElement);
    await waitFor(() => expect(answer(made).versions).toHaveLength(2));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    expect(answer(made).facts?.model_name).toBe('Qwen3 0.6B');
  });
});

describe('the map', () => {
  it('shows every way and goes there', async () => {
    const made = await asked();
    expect(screen.queryByTestId('tree-button')).toBeNull();
    const first = answer(made).id;
    await made.app.chat.regenerate(first);
    await fireEvent.click(await screen.findByTestId('tree-button'));
    const nodes = screen.getAllByTestId('tree-node');
    expect(nodes).toHaveLength(3);
    expect(nodes[2]).toHaveAttribute('aria-current', 'true');
    await fireEvent.click(nodes[1] as HTMLElement);
    await waitFor(() => expect(made.app.chat.lastAnswer?.id).toBe(first));
    expect(screen.queryByTestId('tree-map')).toBeNull();
  });

  function node(id: number, parent_id: number | null): TreeNode {
    return { id, parent_id, role: 'user', status: 'complete', excerpt: String(id), active: false };
  }

  it('keeps the first version in its column and opens one for each further', () => {
    const { rows, columns } = layoutTree([node(1, null), node(2, 1), node(3, 1), node(4, 2), node(5, 3)]);
    const drawn = rows.map((row) =>
      row.kind === 'node' ? [row.node.id, row.column, row.parent?.row ?? null] : row,
    );
    expect(drawn).toEqual([
      [1, 0, null],
      [2, 0, 0],
      [4, 0, 1],
      [3, 1, 0],
      [5, 1, 3],
    ]);
    expect(columns).toBe(2);
  });

  it('folds a long stretch without a fork, and opens it', () => {
    const chain = Array.from({ length: 5000 }, (_, at) => node(at + 1, at === 0 ? null : at));
    const folded = layoutTree(chain).rows;
    expect(folded).toHaveLength(5);
    expect(folded[2]).toMatchObject({ kind: 'folded', count: 4996, first: 3 });
    expect(layoutTree(chain, new Set([3])).rows).toHaveLength(5000);
  });
});

describe('what the model received', () => {
  it('turns an answer, and its question, to the prompt with explained special tokens', async () => {
    await asked();
    await fireEvent.click(screen.getByTestId('prompt-flip'));
    const prompt = await screen.findByTestId('prompt');
    const special = await within(prompt).findAllByTestId('special-token');
    expect(special.map((one) => one.textContent)).toEqual(['<|im_start|>', '<|im_end|>', '<|im_start|>']);
    await fireEvent.focus(special[1] as HTMLElement);
    expect(await screen.findByRole('tooltip')).toHaveTextContent('Ends a turn');
    expect(prompt).toHaveTextContent('Where␣is␣the␣Eiffel␣Tower?');
    expect(
      within(prompt)
        .getAllByTestId('prompt-segment')
        .map((one) => one.dataset['kind']),
    ).toContain('markup');
    await fireEvent.click(screen.getByTestId('prompt-flip'));
    await waitFor(() => expect(screen.queryByTestId('prompt')).toBeNull());
    await fireEvent.click(screen.getByTestId('question-prompt'));
    expect(await screen.findByTestId('prompt')).toHaveTextContent('<|im_start|>');
  });
});
