/** What the special tokens of common chat templates are for, by their names. */
import type { MessageKey } from '../../i18n/messages';

const KINDS: readonly (readonly [RegExp, MessageKey])[] = [
  [
    /^<\|(im_start|start|turn_start)\|>$|^<start_of_turn>$|^<\|turn>$|^<\|start_of_role\|>$/i,
    'special_turn_start',
  ],
  [
    /^<\|(im_end|end|eot_id|eot|turn_end|end_of_turn|message_end|eom_id)\|>$|^<(end_of_turn|turn\|)>$|^<\/s>$|^<\|end_of_text\|>$|^<\|endoftext\|>$|^<eos>$|^<｜end▁of▁sentence｜>$/i,
    'special_turn_end',
  ],
  [
    /^<\|(begin_of_text|startoftext)\|>$|^<s>$|^<bos>$|^\[gMASK\]$|^<sop>$|^<｜begin▁of▁sentence｜>$/i,
    'special_text_start',
  ],
  [/^<\|start_header_id\|>$/i, 'special_role_start'],
  [/^<\|end_header_id\|>$|^<\|end_of_role\|>$|^<\|message\|>$|^<\|im_sep\|>$/i, 'special_role_end'],
  [/^<\|channel\|>$/i, 'special_channel'],
  [
    /^<\|(system|user|assistant|observation)\|>$|^<｜(User|Assistant)｜>$|^\[\/?INST\]$|^<<\/?SYS>>$/i,
    'special_speaker',
  ],
  [/^<\/?think(ing)?>$|^\[\/?THINK\]$/i, 'special_think'],
  [/tool|function|python/i, 'special_tool'],
  [/image|vision|audio|video/i, 'special_media'],
  [/pad|unk|mask/i, 'special_filler'],
];

/** The key of the sentence that explains this token. */
export function specialKind(name: string): MessageKey {
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'special_other';
}
