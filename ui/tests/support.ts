/** What several tests need: an app on the in-memory client, and hand-made token records. */
import { EditorView } from '@codemirror/view';
import { render, screen, type RenderResult } from '@testing-library/svelte';
import type { Component } from 'svelte';

import type { TokenRecord } from '../src/client/bindings/TokenRecord';
import { FakeClient } from '../src/client/fake/client';
import type { FakeOptions } from '../src/client/fake/options';
import { App } from '../src/stores/app.svelte';
import Harness from './Harness.svelte';

export interface Stage {
  app: App;
  client: FakeClient;
}

/** An app with a ready model and no waiting, unless told otherwise. */
export async function stage(options: Partial<FakeOptions> = {}): Promise<Stage> {
  const client = new FakeClient({ model: 'ready', pace: 0, loadMs: 0, ...options });
  return { client, app: await App.start(client) };
}

export function show<Props extends Record<string, unknown>>(
  app: App,
  component: Component<Props>,
  props: Props,
): RenderResult<Component> {
  return render(Harness as unknown as Component, {
    props: { app, component, props } as Record<string, unknown>,
  });
}

/** The view of a field for long texts. */
export async function longText(testid: string): Promise<EditorView> {
  const view = EditorView.findFromDOM(await screen.findByTestId(testid));
  if (!view) throw new Error(`${testid} is no field for long texts`);
  return view;
}

/** Writes into such a field, over all that stood there. */
export async function writeLong(testid: string, text: string): Promise<void> {
  const view = await longText(testid);
  const changes = { from: 0, to: view.state.doc.length, insert: view.state.toText(text) };
  view.dispatch({ changes, userEvent: 'input.paste' });
}

export function hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A token with everything filled in; two alternatives, itself the better one. */
export function record(part: Partial<TokenRecord> & { bytes: string }): TokenRecord {
  const id = part.id ?? 100;
  const probability = part.probability ?? 0.6;
  return {
    position: 10,
    id,
    text: '',
    probability,
    settings_probability: 0.75,
    rank: 1,
    entropy: 1,
    alternatives: [
      { id, bytes: part.bytes, probability, settings_probability: 0.75, rank: 1 },
      { id: 7, bytes: hex(' b'), probability: 0.3, settings_probability: 0.25, rank: 2 },
    ],
    rest_probability: Math.max(0, 0.7 - probability),
    rest_settings_probability: 0,
    rest_count: 998,
    origin: 'sampled',
    special: false,
    micros: 10_000,
    ...part,
  };
}

/** A token whose bytes are this text. */
export function word(text: string, part: Partial<TokenRecord> = {}): TokenRecord {
  return record({ bytes: hex(text), text, ...part });
}

/** The three bytes of 埃 as two tokens; the text comes with the second. */
export function splitCharacter(): TokenRecord[] {
  return [
    record({ bytes: 'e59f', id: 301, probability: 0.9 }),
    record({ bytes: '83', id: 302, probability: 0.5, text: '埃' }),
  ];
}

/** A promise that the test resolves. */
export function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
