import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.Scanner;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/** Each line is a reader, a file and a place, in base64; each answer is a line of base64, or "!" and what was wrong. */
public class Read {
  public static void main(String[] args) throws Exception {
    StringBuilder out = new StringBuilder();
    try (Scanner lines = new Scanner(System.in, StandardCharsets.US_ASCII)) {
      while (lines.hasNextLine()) {
        String[] parts = lines.nextLine().split(" ");
        byte[] file = Base64.getDecoder().decode(parts[1]);
        String place = new String(Base64.getDecoder().decode(parts[2]), StandardCharsets.UTF_8);
        String value;
        try {
          value = parts[0].equals("properties") ? properties(file, place) : dom(file, place);
        } catch (Exception error) {
          out.append('!').append(error.toString().replaceAll("\\s", " ")).append('\n');
          continue;
        }
        out.append(value == null ? "!null" : Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        out.append('\n');
      }
    }
    OutputStream to = System.out;
    to.write(out.toString().getBytes(StandardCharsets.UTF_8));
    to.flush();
  }

  private static String properties(byte[] file, String place) throws Exception {
    Properties all = new Properties();
    all.load(new ByteArrayInputStream(file));
    return all.getProperty(place);
  }

  private static String dom(byte[] file, String place) throws Exception {
    Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(file));
    return XPathFactory.newInstance().newXPath().evaluate(place, document);
  }
}
