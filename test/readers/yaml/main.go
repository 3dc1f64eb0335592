// Reads many YAML files in one process: JSON questions on standard input, JSON answers on standard output.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"

	"go.yaml.in/yaml/v3"
)

type question struct {
	File     []byte   `json:"file"`
	Keys     []string `json:"keys"`
	Document int      `json:"document"`
}

// A pointer tells a null that was read from no value.
type answer struct {
	Value *any   `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func child(node *yaml.Node, key string) (*yaml.Node, error) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind == yaml.SequenceNode {
		index, err := strconv.Atoi(key)
		if err != nil || index >= len(node.Content) {
			return nil, fmt.Errorf("no index %s", key)
		}
		return node.Content[index], nil
	}
	for at := 0; node.Kind == yaml.MappingNode && at+1 < len(node.Content); at += 2 {
		if node.Content[at].Value == key {
			return node.Content[at+1], nil
		}
	}
	return nil, fmt.Errorf("no key %s", key)
}

func read(asked question) (any, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(asked.File))
	var document yaml.Node
	for at := 0; at <= asked.Document; at++ {
		document = yaml.Node{}
		if err := decoder.Decode(&document); err != nil {
			return nil, err
		}
	}
	node := document.Content[0]
	for _, key := range asked.Keys {
		next, err := child(node, key)
		if err != nil {
			return nil, err
		}
		node = next
	}
	var value any
	err := node.Decode(&value)
	return value, err
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatal(err)
	}
	answers := []answer{}
	for _, asked := range questions {
		value, err := read(asked)
		if err != nil {
			answers = append(answers, answer{Error: err.Error()})
		} else {
			answers = append(answers, answer{Value: &value})
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
