// Reads secrets of a vault through the senhasegura provider of the External Secrets Operator, with a fake client of
// Kubernetes that holds the client secret. Takes the request as JSON on standard input, and prints JSON: values in base64,
// and what went wrong.
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

type request struct {
	URL          string `json:"url"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	// Identities with the properties to read one by one.
	Secrets map[string][]string `json:"secrets"`
}

type answer struct {
	Error  string                       `json:"error,omitempty"`
	Map    map[string]map[string][]byte `json:"map"`
	Single map[string]map[string][]byte `json:"single"`
	Whole  map[string][]byte            `json:"whole"`
	// What was said of an identity, or of an identity and a property.
	Errors map[string]string `json:"errors"`
}

func main() {
	var wanted request
	if err := json.NewDecoder(os.Stdin).Decode(&wanted); err != nil {
		panic(err)
	}
	got := answer{
		Map:    map[string]map[string][]byte{},
		Single: map[string]map[string][]byte{},
		Whole:  map[string][]byte{},
		Errors: map[string]string{},
	}
	if err := read(wanted, &got); err != nil {
		got.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(got); err != nil {
		panic(err)
	}
}

func read(wanted request, got *answer) error {
	ctx, namespace := context.Background(), "jobs"
	kube := fake.NewClientBuilder().WithObjects(&corev1.Secret{
		ObjectMeta: meta.ObjectMeta{Name: "vault", Namespace: namespace},
		Data:       map[string][]byte{"secret": []byte(wanted.ClientSecret)},
	}).Build()
	store := &esv1.SecretStore{
		TypeMeta:   meta.TypeMeta{Kind: "SecretStore"},
		ObjectMeta: meta.ObjectMeta{Name: "vault", Namespace: namespace},
		Spec: esv1.SecretStoreSpec{Provider: &esv1.SecretStoreProvider{Senhasegura: &esv1.SenhaseguraProvider{
			URL:    wanted.URL,
			Module: esv1.SenhaseguraModuleDSM,
			Auth: esv1.SenhaseguraAuth{
				ClientID:     wanted.ClientID,
				ClientSecret: metav1.SecretKeySelector{Name: "vault", Key: "secret"},
			},
			IgnoreSslCertificate: true,
		}}},
	}
	provider := &senhasegura.Provider{}
	if _, err := provider.ValidateStore(store); err != nil {
		return err
	}
	client, err := provider.NewClient(ctx, store, kube, namespace)
	if err != nil {
		return err
	}
	for identity, properties := range wanted.Secrets {
		ref := esv1.ExternalSecretDataRemoteRef{Key: identity}
		if got.Map[identity], err = client.GetSecretMap(ctx, ref); err != nil {
			got.Errors[identity] = err.Error()
		}
		if got.Whole[identity], err = client.GetSecret(ctx, ref); err != nil {
			got.Errors[identity] = err.Error()
		}
		got.Single[identity] = map[string][]byte{}
		for _, property := range properties {
			ref.Property = property
			value, err := client.GetSecret(ctx, ref)
			if err != nil {
				got.Errors[identity+"/"+property] = err.Error()
				continue
			}
			got.Single[identity][property] = value
		}
	}
	return nil
}
