require 'cgi'
require 'erb'
require 'shellwords'
require 'uri'
require 'yaml'

# Shellwords alone when that is asked for.
is_choosy = ARGV.shift == 'choosy'
STDIN.each_line do |line|
  v = [line.chomp].pack('H*').force_encoding('UTF-8')
  forms = [
    CGI.escape(v), ERB::Util.url_encode(v), URI.encode_www_form_component(v), CGI.escapeHTML(v),
    v.dump[1..-2], v.inspect[1..-2], v.b.inspect[1..-2],
    v.encode('US-ASCII', xml: :text), v.encode('US-ASCII', xml: :attr)[1..-2],
    # Psych puts only what it escapes into double quotes.
    v.to_yaml(line_width: -1)[/\A--- "(.*)"\n\z/m, 1] || v,
    # Without its soft line ends.
    [v].pack('M').gsub("=\n", '')
  ]
  (is_choosy ? [v.shellescape] : forms).each { |form| puts form.unpack1('H*') }
end
