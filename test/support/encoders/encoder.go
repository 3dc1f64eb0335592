package main

import (
	"bufio"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"os"
	"strconv"
	"strings"
)

func bare(quoted string) string { return quoted[1 : len(quoted)-1] }

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		bytes, _ := hex.DecodeString(lines.Text())
		v := string(bytes)
		var text strings.Builder
		xml.EscapeText(&text, bytes)
		path := &url.URL{Scheme: "http", Host: "h", Path: "/" + v}
		for _, form := range []string{
			strings.TrimPrefix(url.UserPassword("u", v).String(), "u:"),
			url.PathEscape(v),
			url.QueryEscape(v),
			strings.TrimPrefix(path.String(), "http://h/"),
			html.EscapeString(v),
			text.String(),
			bare(strconv.Quote(v)),
			bare(strconv.QuoteToASCII(v)),
		} {
			fmt.Println(hex.EncodeToString([]byte(form)))
		}
	}
}
