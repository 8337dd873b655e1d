import { describe, expect, it } from 'vitest';

import type { PromptView } from '../src/client/upcoming';
import { promptGroups } from '../src/components/prompt/groups';
import { specialKind } from '../src/components/prompt/special';
import { hex } from './support';

describe('special tokens', () => {
  it.each([
    ['<|im_start|>', 'special_turn_start'],
    ['<start_of_turn>', 'special_turn_start'],
    ['<|im_end|>', 'special_turn_end'],
    ['<|eot_id|>', 'special_turn_end'],
    ['</s>', 'special_turn_end'],
    ['<|endoftext|>', 'special_turn_end'],
    ['<｜end▁of▁sentence｜>', 'special_turn_end'],
    ['<s>', 'special_text_start'],
    ['<bos>', 'special_text_start'],
    ['<|begin_of_text|>', 'special_text_start'],
    ['<|start_header_id|>', 'special_role_start'],
    ['<|end_header_id|>', 'special_role_end'],
    ['<|assistant|>', 'special_speaker'],
    ['<｜User｜>', 'special_speaker'],
    ['[INST]', 'special_speaker'],
    ['<think>', 'special_think'],
    ['</think>', 'special_think'],
    ['<tool_call>', 'special_tool'],
    ['<|vision_start|>', 'special_media'],
    ['<pad>', 'special_filler'],
    ['<|reserved_special_token_7|>', 'special_other'],
  ])('%s is explained as %s', (name, kind) => {
    expect(specialKind(name)).toBe(kind);
  });
});

describe('a prompt in groups', () => {
  it('covers every token once, joins characters, and keeps special ones apart', () => {
    const view: PromptView = {
      tokens: [
        { id: 3, bytes: hex('<|im_start|>'), special: true },
        { id: 9, bytes: hex('user'), special: false },
        { id: 10, bytes: hex('\n'), special: false },
        { id: 301, bytes: 'e59f', special: false },
        { id: 302, bytes: '83', special: false },
        { id: 4, bytes: hex('<|im_end|>'), special: true },
      ],
      segments: [
        { start: 0, end: 3, kind: 'markup' },
        { start: 3, end: 5, kind: 'user', message_id: 7 },
        { start: 5, end: 6, kind: 'markup' },
      ],
      form: 'template',
      model_name: 'm',
      model_fingerprint: 'f',
      left_out: [],
    };
    const groups = promptGroups(view);
    expect(groups.map((group) => group.pieces.map((piece) => piece.text))).toEqual([
      ['<|im_start|>', 'user', '\n'],
      ['埃'],
      ['<|im_end|>'],
    ]);
    expect(groups.map((group) => group.before)).toEqual([0, 3, 4]);
    expect(groups.map((group) => group.messageId)).toEqual([null, 7, null]);
    expect(groups.flatMap((group) => group.pieces.flatMap((piece) => piece.tokens))).toEqual(view.tokens);
  });
});
