import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamWriter;

class Encoder {
  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in));
    var out = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String v = new String(HexFormat.of().parseHex(line), StandardCharsets.UTF_8);
      print(out, URLEncoder.encode(v, StandardCharsets.UTF_8));
      var text = new StringWriter();
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      xml.writeStartElement("e");
      xml.writeCharacters(v);
      xml.writeEndElement();
      xml.flush();
      print(out, text.toString().replaceAll("^<e>|</e>$", ""));
    }
    System.out.print(out);
  }

  private static void print(StringBuilder out, String form) {
    out.append(HexFormat.of().formatHex(form.getBytes(StandardCharsets.UTF_8))).append('\n');
  }
}
