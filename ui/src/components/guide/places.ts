/** Where other apps keep models by default, as `src-tauri/library/places.rs` looks for them. */

type System = 'linux' | 'mac' | 'windows';

function system(): System {
  if (/Mac/.test(navigator.platform)) return 'mac';
  return /Win/.test(navigator.platform) ? 'windows' : 'linux';
}

/** Where programs keep data that stays, and what may be thrown away. */
const DATA = { linux: '~/.local/share', mac: '~/Library/Application Support', windows: '%APPDATA%' };
const CACHE = { linux: '~/.cache', mac: '~/Library/Caches', windows: '%LOCALAPPDATA%' };

/** By app; `null` for the system's folder of downloads, whose name depends on its language. */
export function usualPlaces(on: System = system()) {
  const gpt4all = on === 'windows' ? CACHE[on] : DATA[on];
  return [
    ['downloads', null],
    ['lm_studio', '~/.lmstudio/models'],
    ['ollama', '~/.ollama/models'],
    ['jan', `${DATA[on]}/Jan/data/llamacpp/models`],
    ['gpt4all', `${gpt4all}/nomic.ai/GPT4All`],
    ['hugging_face', '~/.cache/huggingface/hub'],
    ['llama_cpp', `${CACHE[on]}/llama.cpp`],
  ] as const;
}
