require 'cgi'
require 'erb'
require 'uri'

STDIN.each_line do |line|
  v = [line.chomp].pack('H*').force_encoding('UTF-8')
  [CGI.escape(v), ERB::Util.url_encode(v), URI.encode_www_form_component(v), CGI.escapeHTML(v)].each do |form|
    puts form.unpack1('H*')
  end
end
