-- What version 0.1 wrote, in every table with a text column of a form of its own. It is read by a test
-- (stored/tests.rs) and never changed: newer versions get a file of their own.

INSERT INTO conversations (id, title, settings, created_at, updated_at) VALUES (
    1, '天空', '{"system_prompt":"你是老师","sampling":{"temperature":0.7,"top_k":40,"top_p":0.95,"min_p":0.05,"repetition_penalty":1.1,"frequency_penalty":0.25,"presence_penalty":0.5,"penalty_window":64,"logit_bias":[[7,-2.5]],"seed":42},"max_tokens":512}',
    1000, 2000
);

INSERT INTO messages (id, conversation_id, parent_id, role, text, status, facts, created_at, pinned) VALUES
    (1, 1, NULL, 'user', '天空是什么颜色？', 'complete', NULL, 1000, 1),
    -- As little as an answer can have: one that was being written.
    (2, 1, 1, 'assistant', '', 'streaming', '{"model_name":"Tiny","model_fingerprint":"f00d","settings":{"system_prompt":"","sampling":{"temperature":0.7,"top_k":0,"top_p":0.95,"min_p":0.0,"repetition_penalty":1.0,"frequency_penalty":0.0,"presence_penalty":0.0,"penalty_window":64,"logit_bias":[]},"max_tokens":1024},"seed":0,"prompt_tokens":0,"completion_tokens":0,"first_token_ms":0.0,"decode_ms":0.0}', 1001, 0),
    -- And as much.
    (3, 1, 1, 'assistant', '蓝色', 'interrupted', '{"model_name":"千问 小","model_fingerprint":"beef","settings":{"system_prompt":"你是老师","sampling":{"temperature":0.7,"top_k":40,"top_p":0.95,"min_p":0.05,"repetition_penalty":1.1,"frequency_penalty":0.25,"presence_penalty":0.5,"penalty_window":64,"logit_bias":[[7,-2.5]],"seed":42},"max_tokens":512},"seed":42,"stop_reason":"failed","prompt_tokens":12,"completion_tokens":3,"first_token_ms":12.5,"decode_ms":40.25,"prompt_form":"plain","template_fallback":"the template failed","branch":{"from_message":2,"token_index":1,"choice":{"kind":"token","id":9},"replaced":{"id":101,"bytes":"e5a4a9","special":false,"probability":0.5}},"left_out":[1],"prefill_tokens":1,"compare":2,"slot":"b","error":{"code":"worker_crashed","detail":"signal: 6 (SIGABRT)","facts":{"path":"/m/小.gguf"}}}', 1002, 0),
    -- The other ways to leave another version.
    (4, 1, 1, 'assistant', '蓝', 'complete', '{"model_name":"Tiny","model_fingerprint":"f00d","settings":{"system_prompt":"","sampling":{"temperature":0.7,"top_k":0,"top_p":0.95,"min_p":0.0,"repetition_penalty":1.0,"frequency_penalty":0.0,"presence_penalty":0.0,"penalty_window":64,"logit_bias":[]},"max_tokens":1024},"seed":7,"stop_reason":"end_token","prompt_tokens":4,"completion_tokens":2,"first_token_ms":1.0,"decode_ms":2.0,"prompt_form":"template","branch":{"from_message":2,"token_index":0,"choice":{"kind":"text","text":"蓝"}},"slot":"a"}', 1003, 0),
    (5, 1, 1, 'assistant', '蓝', 'complete', '{"model_name":"Tiny","model_fingerprint":"f00d","settings":{"system_prompt":"","sampling":{"temperature":0.7,"top_k":0,"top_p":0.95,"min_p":0.0,"repetition_penalty":1.0,"frequency_penalty":0.0,"presence_penalty":0.0,"penalty_window":64,"logit_bias":[]},"max_tokens":1024},"seed":7,"stop_reason":"limit","prompt_tokens":4,"completion_tokens":2,"first_token_ms":1.0,"decode_ms":2.0,"prompt_form":"completion","branch":{"from_message":2,"token_index":0,"choice":{"kind":"refuse_end"}},"slot":"a"}', 1004, 0),
    (6, 1, 1, 'assistant', '蓝', 'complete', '{"model_name":"Tiny","model_fingerprint":"f00d","settings":{"system_prompt":"","sampling":{"temperature":0.7,"top_k":0,"top_p":0.95,"min_p":0.0,"repetition_penalty":1.0,"frequency_penalty":0.0,"presence_penalty":0.0,"penalty_window":64,"logit_bias":[]},"max_tokens":1024},"seed":7,"stop_reason":"stopped","prompt_tokens":4,"completion_tokens":2,"first_token_ms":1.0,"decode_ms":2.0,"prompt_form":"template","branch":{"from_message":2,"token_index":0,"choice":{"kind":"open"}},"slot":"a"}', 1005, 0);

UPDATE conversations SET active_leaf = 3 WHERE id = 1;

INSERT INTO attachments (id, message_id, name, bytes, encoding, tokens, text) VALUES
    (1, 1, '甲.txt', 3, '"utf_8"', 9, '甲'),
    (2, 1, '乙.txt', 4, '"utf_16"', NULL, '乙'),
    (3, 1, '丙.txt', 2, '"gb18030"', NULL, '丙');

INSERT INTO presets (id, name, settings) VALUES (
    1, '诗人', '{"system_prompt":"像诗人一样","sampling":{"temperature":1.5,"top_k":0,"top_p":1.0,"min_p":0.05,"repetition_penalty":1.0,"frequency_penalty":0.0,"presence_penalty":0.0,"penalty_window":64,"logit_bias":[]},"max_tokens":1024}'
);

INSERT INTO vocabularies (id, fingerprint) VALUES (1, 'beef');
INSERT INTO pieces (vocabulary, token, bytes, special) VALUES (1, 1, X'3C733E', 1), (1, 5, X'E5A4A9', 0), (1, 300, X'E7A9BA', 0);

-- From before prompts were stored as what they have more than an earlier one: whole, with segments as JSON.
INSERT INTO prompts (message_id, vocabulary, form, ids, segments) VALUES (
    3, 1, '"plain"', X'0105AC02',
    '[{"start":0,"end":1,"kind":"markup"},{"start":1,"end":2,"kind":"system"},{"start":2,"end":3,"kind":"user","message_id":1},{"start":3,"end":3,"kind":"assistant","message_id":2}]'
);

INSERT INTO settings (key, value) VALUES
    ('language', '"zh-CN"'),
    ('theme', '"dark"'),
    ('turn', '{"system_prompt":"短","sampling":{"temperature":0.0,"top_k":0,"top_p":1.0,"min_p":0.0,"repetition_penalty":1.0,"frequency_penalty":0.0,"presence_penalty":0.0,"penalty_window":64,"logit_bias":[]},"max_tokens":256}'),
    ('token_layer', '"surprise"'),
    ('token_numbers', 'true'),
    ('lens_open', 'false');

INSERT INTO recent_models (path, name, architecture, quantization, file_size, opened_at, options) VALUES
    ('/m/小.gguf', 'Tiny', 'llama', 'Q8_0', 4096, 2, '{"context_length":4096,"threads":2,"isq":"q4k","route":"converted"}'),
    ('/m/大.gguf', 'Large', 'qwen3', 'Q4_K', 8192, 1, '{}');

INSERT INTO load_notes (path, size, modified, kind, at) VALUES
    ('/m/crashed', 7, 8, 'crashed', 1),
    ('/m/killed', 7, 8, 'killed', 2),
    ('/m/hung', 7, 8, 'hung', 3),
    ('/m/app_ended', 7, 8, 'app_ended', 4);
