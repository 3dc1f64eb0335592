// Reads secrets of a vault through the senhasegura provider of the External Secrets Operator, with a fake client of
// Kubernetes that holds the client secret. Prints one JSON text: the fields of each identity, or what went wrong.
package main

import (
	"context"
	"encoding/json"
	"os"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	metav1 "github.com/external-secrets/external-secrets/apis/meta/v1"
	"github.com/external-secrets/external-secrets/pkg/provider/senhasegura"
	corev1 "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

type answer struct {
	Fields map[string]map[string]string `json:"fields"`
	Whole  map[string]string            `json:"whole"`
	Single map[string]string            `json:"single"`
	Error  string                       `json:"error,omitempty"`
}

func main() {
	result := answer{map[string]map[string]string{}, map[string]string{}, map[string]string{}, ""}
	if err := read(&result, os.Args[1:]); err != nil {
		result.Error = err.Error()
	}
	text, _ := json.Marshal(result)
	os.Stdout.Write(text)
}

func read(result *answer, identities []string) error {
	ctx, namespace := context.Background(), "jobs"
	kube := fake.NewClientBuilder().WithObjects(&corev1.Secret{
		ObjectMeta: meta.ObjectMeta{Name: "vault", Namespace: namespace},
		Data:       map[string][]byte{"secret": []byte(os.Getenv("CLIENT_SECRET"))},
	}).Build()
	store := &esv1.SecretStore{
		TypeMeta:   meta.TypeMeta{Kind: "SecretStore"},
		ObjectMeta: meta.ObjectMeta{Name: "vault", Namespace: namespace},
		Spec: esv1.SecretStoreSpec{Provider: &esv1.SecretStoreProvider{Senhasegura: &esv1.SenhaseguraProvider{
			URL:    os.Getenv("VAULT_URL"),
			Module: "DSM",
			Auth: esv1.SenhaseguraAuth{
				ClientID:     os.Getenv("CLIENT_ID"),
				ClientSecret: metav1.SecretKeySelector{Name: "vault", Key: "secret"},
			},
			IgnoreSslCertificate: true,
		}}},
	}
	provider := &senhasegura.Provider{}
	client, err := provider.NewClient(ctx, store, kube, namespace)
	if err != nil {
		return err
	}
	for _, identity := range identities {
		ref := esv1.ExternalSecretDataRemoteRef{Key: identity}
		fields, err := client.GetSecretMap(ctx, ref)
		if err != nil {
			return err
		}
		result.Fields[identity] = map[string]string{}
		for name, value := range fields {
			result.Fields[identity][name] = string(value)
			ref.Property = name
			one, err := client.GetSecret(ctx, ref)
			if err != nil {
				return err
			}
			result.Single[identity+"/"+name] = string(one)
		}
		ref.Property = ""
		whole, err := client.GetSecret(ctx, ref)
		if err != nil {
			return err
		}
		result.Whole[identity] = string(whole)
	}
	return nil
}
