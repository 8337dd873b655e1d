/** One plain sentence in eight languages. */
import type { LanguageRow } from '../../bindings/LanguageRow';

export const SENTENCES: readonly (readonly [LanguageRow['language'], string])[] = [
  ['zh', '今天早上我在河边散步，看见了两只白色的鸟。'],
  ['en', 'This morning I walked along the river and saw two white birds.'],
  ['ja', '今朝、川沿いを歩いていたら、白い鳥が二羽見えました。'],
  ['ko', '오늘 아침 강가를 걷다가 하얀 새 두 마리를 보았습니다.'],
  ['ar', 'مشيت هذا الصباح على ضفة النهر ورأيت طائرين أبيضين.'],
  ['hi', 'आज सुबह मैं नदी के किनारे टहला और दो सफ़ेद पक्षी देखे।'],
  ['ru', 'Сегодня утром я гулял вдоль реки и увидел двух белых птиц.'],
  ['es', 'Esta mañana caminé junto al río y vi dos pájaros blancos.'],
];
