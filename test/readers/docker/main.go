// Prints the variables of an env file as docker run reads it, as JSON.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"

	"github.com/docker/cli/pkg/kvfile"
)

func main() {
	lines, err := kvfile.Parse(os.Args[1], os.LookupEnv)
	if err != nil {
		log.Fatal(err)
	}
	variables := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		variables[name] = value
	}
	if err := json.NewEncoder(os.Stdout).Encode(variables); err != nil {
		log.Fatal(err)
	}
}
