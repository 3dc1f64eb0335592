<?php
// quotemeta alone when that is asked for.
$is_choosy = ($argv[1] ?? '') === 'choosy';
while (($line = fgets(STDIN)) !== false) {
    $v = hex2bin(trim($line));
    $forms = $is_choosy ? [quotemeta($v)] : [
        urlencode($v), rawurlencode($v), htmlspecialchars($v, ENT_QUOTES), htmlspecialchars($v, ENT_COMPAT),
        htmlspecialchars($v, ENT_QUOTES | ENT_XML1), htmlspecialchars($v, ENT_NOQUOTES), substr(json_encode($v), 1, -1),
        addslashes($v), substr(var_export($v, true), 1, -1),
    ];
    foreach ($forms as $form) echo bin2hex($form), "\n";
}
