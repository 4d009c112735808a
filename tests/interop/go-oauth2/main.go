// SPDX-License-Identifier: Apache-2.0

// The clients that most programs in Go use: golang.org/x/oauth2 for the flows, coreos/go-oidc for discovery and ID tokens.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func say(words ...any) { fmt.Println(words...) }

var input = bufio.NewScanner(os.Stdin)

// A person opens this: where the browser ended.
func open(address string) string {
	say("open", address)
	for input.Scan() {
		where, found := strings.CutPrefix(input.Text(), "opened ")
		if !found {
			continue
		}
		if strings.HasPrefix(where, "error ") {
			log.Fatal(where)
		}
		return where
	}
	log.Fatal("nobody opens anything")
	return ""
}

func versions() string {
	var parts []string
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.HasSuffix(module.Path, "x/oauth2") || strings.Contains(module.Path, "go-oidc") {
			parts = append(parts, module.Version)
		}
	}
	return strings.Join(parts, ", ")
}

// The library sends the client's secret in the header first and, after any error, in the body as well.
func device(ctx context.Context, provider *oidc.Provider) {
	config := oauth2.Config{ClientID: os.Getenv("CLIENT_ID_TV"), Endpoint: provider.Endpoint(), Scopes: []string{"openid", "offline_access"}}
	codes, err := config.DeviceAuth(ctx)
	check(err)
	go open(codes.VerificationURIComplete)
	token, err := config.DeviceAccessToken(ctx, codes)
	check(err)
	verify(ctx, provider, config.ClientID, token)
	say("done device")
	expired := *token
	expired.AccessToken = ""
	again, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: expired.RefreshToken}).Token()
	check(err)
	if again.RefreshToken == token.RefreshToken {
		log.Fatal("the refresh token was not rotated")
	}
	say("done refresh")
}

func verify(ctx context.Context, provider *oidc.Provider, client string, token *oauth2.Token) *oidc.IDToken {
	raw, found := token.Extra("id_token").(string)
	if !found {
		log.Fatal("there is no ID token")
	}
	claims, err := provider.Verifier(&oidc.Config{ClientID: client}).Verify(ctx, raw)
	check(err)
	check(claims.VerifyAccessToken(token.AccessToken))
	return claims
}

// A listener of a native application, on any port of 127.0.0.1.
func listen() (string, <-chan url.Values) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	arrived := make(chan url.Values, 1)
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) { arrived <- request.URL.Query() }))
	}()
	return fmt.Sprintf("http://%s/cb", listener.Addr()), arrived
}

func code(ctx context.Context, provider *oidc.Provider) {
	redirect, arrived := listen()
	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID_WEB"),
		ClientSecret: os.Getenv("CLIENT_SECRET_WEB"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  redirect,
		Scopes:       []string{"openid", "email"},
	}
	verifier := oauth2.GenerateVerifier()
	open(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("nonce")))
	answer := <-arrived
	if answer.Get("state") != "state" || answer.Get("iss") != os.Getenv("ISSUER") {
		log.Fatal(answer)
	}
	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	check(err)
	claims := verify(ctx, provider, config.ClientID, token)
	if claims.Nonce != "nonce" {
		log.Fatal("another nonce")
	}
	say("done code")
	info, err := provider.UserInfo(ctx, config.TokenSource(ctx, token))
	check(err)
	if info.Subject != claims.Subject || info.Email != "ada@example.org" || !info.EmailVerified {
		log.Fatal(info)
	}
	say("done userinfo")
}

func main() {
	say("version", versions())
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	check(err)
	say("done discovery")
	device(ctx, provider)
	code(ctx, provider)
}
