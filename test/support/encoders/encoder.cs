using System;
using System.Linq;
using System.Net;
using System.Security;
using System.Text;

static class Encoder {
  static void Print(string form) {
    Console.WriteLine(string.Concat(Encoding.UTF8.GetBytes(form).Select(b => b.ToString("x2"))));
  }

  static void Main() {
    for (string line = Console.ReadLine(); line != null; line = Console.ReadLine()) {
      var bytes = Enumerable.Range(0, line.Length / 2).Select(at => Convert.ToByte(line.Substring(2 * at, 2), 16));
      string v = Encoding.UTF8.GetString(bytes.ToArray());
      Print(Uri.EscapeDataString(v));
      Print(WebUtility.UrlEncode(v));
      Print(SecurityElement.Escape(v));
      Print(WebUtility.HtmlEncode(v));
    }
  }
}
