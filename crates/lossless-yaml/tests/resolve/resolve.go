// Reads a JSON list of YAML texts and prints, as a JSON list, what sigs.k8s.io/yaml makes of each: JSON text, or "" if it refuses.
package main

import (
	"encoding/json"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	var texts, results []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	for _, text := range texts {
		result, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			result = nil
		}
		results = append(results, string(result))
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}
