<?php
// JSON questions on standard input, JSON answers on standard output.
$answers = [];
foreach (json_decode(stream_get_contents(STDIN), true) as $question) {
    $all = @parse_ini_string(base64_decode($question['file']), true);
    $keys = $question['keys'];
    $answers[] = $all === false ? ['error' => 'not read'] : ['value' => $all[$keys[0]][$keys[1]] ?? null];
}
echo json_encode($answers, JSON_INVALID_UTF8_SUBSTITUTE);
