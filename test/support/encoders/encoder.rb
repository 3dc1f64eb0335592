require 'cgi'
require 'erb'
require 'shellwords'
require 'uri'

# Shellwords alone when that is asked for.
is_choosy = ARGV.shift == 'choosy'
STDIN.each_line do |line|
  v = [line.chomp].pack('H*').force_encoding('UTF-8')
  forms = [
    CGI.escape(v), ERB::Util.url_encode(v), URI.encode_www_form_component(v), CGI.escapeHTML(v),
    v.dump[1..-2], v.inspect[1..-2], v.b.inspect[1..-2]
  ]
  (is_choosy ? [v.shellescape] : forms).each { |form| puts form.unpack1('H*') }
end
