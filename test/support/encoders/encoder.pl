use strict;
use warnings;
use Data::Dumper;
use MIME::QuotedPrint;

# What puts a backslash before a choice of characters when that is asked for.
my $is_choosy = ($ARGV[0] // '') eq 'choosy';
$Data::Dumper::Terse = 1;
$Data::Dumper::Indent = 0;

sub dumped {
    my ($value, $useqq) = @_;
    local $Data::Dumper::Useqq = $useqq;
    return substr Dumper($value), 1, -1;
}

while (my $line = <STDIN>) {
    chomp $line;
    my $bytes = pack 'H*', $line;
    my $text = $bytes;
    utf8::decode($text);
    # Perl writes digits as numbers, without quotes: no value here is one.
    my @forms = $is_choosy ? (quotemeta $text, dumped($text, 1), dumped($bytes, 1)) : (dumped($bytes, 0), encode_qp($bytes, ''));
    for my $form (@forms) {
        utf8::encode($form) if utf8::is_utf8($form);
        print unpack('H*', $form), "\n";
    }
}
