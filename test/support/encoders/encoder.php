<?php
// As Symfony's JsonResponse and Laravel's Js::from write JSON.
const HEX = JSON_HEX_TAG | JSON_HEX_APOS | JSON_HEX_AMP | JSON_HEX_QUOT;

// Without its soft line ends.
function joined(string $printable): string { return str_replace("=\r\n", '', $printable); }

// quotemeta alone when that is asked for.
$is_choosy = ($argv[1] ?? '') === 'choosy';
while (($line = fgets(STDIN)) !== false) {
    $v = hex2bin(trim($line));
    $forms = $is_choosy ? [quotemeta($v)] : [
        urlencode($v), rawurlencode($v), htmlspecialchars($v, ENT_QUOTES), htmlspecialchars($v, ENT_COMPAT),
        htmlspecialchars($v, ENT_QUOTES | ENT_XML1), htmlspecialchars($v, ENT_NOQUOTES), substr(json_encode($v), 1, -1),
        addslashes($v), substr(var_export($v, true), 1, -1),
        substr(json_encode($v, HEX), 1, -1), substr(json_encode($v, HEX | JSON_UNESCAPED_SLASHES), 1, -1),
        substr(json_encode($v, HEX | JSON_UNESCAPED_UNICODE), 1, -1),
        substr(json_encode($v, HEX | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), 1, -1),
        htmlentities($v), htmlentities($v, ENT_COMPAT), htmlentities($v, ENT_NOQUOTES),
        joined(quoted_printable_encode($v)),
    ];
    foreach ($forms as $form) echo bin2hex($form), "\n";
}
