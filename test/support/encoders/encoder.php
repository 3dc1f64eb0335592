<?php
while (($line = fgets(STDIN)) !== false) {
    $v = hex2bin(trim($line));
    $forms = [
        urlencode($v), rawurlencode($v), htmlspecialchars($v, ENT_QUOTES), htmlspecialchars($v, ENT_COMPAT),
        htmlspecialchars($v, ENT_QUOTES | ENT_XML1), htmlspecialchars($v, ENT_NOQUOTES), substr(json_encode($v), 1, -1),
    ];
    foreach ($forms as $form) echo bin2hex($form), "\n";
}
