/* SPDX-License-Identifier: Apache-2.0
 *
 * The pairs sign nothing but what tests make. */
#include "support/rsa_key.h"

#include "base/encode.h"
#include "base/ensure.h"

static const char *const pairs[RSA_KEY_COUNT] = {
	"\"n\":\"hNGmmYyzXPW_JdqWjJxaZZwYb2F1I2ecmc8c-QsoGBBu6dvglyKkfA3jIkRzf6unJ_SfD6faObTswSmf"
	"TnUokKNY-ATMYKtNhrMjhBRrHnxTb7nxt4o09bFvDtEDMGqenrFk-W9isvdXVhQDrumqmBQaBw1NB1z2DdlkNewg"
	"7dj_o1QU3Cjgm1fOp-UyH8oZwSXaFVAgEKkSAMXIqnaO1U0gjyf0EcOy9ISeosQJ25Q4_GusoiXPEwJBEHBOiXdT"
	"q3S7hsjJHOwXFOxaUOMo74WiEr7gyVO89ylRZLV_J9wNNmQIcYkjwRqaaDwppuiJFKOj2uZit32XKP4BmbgSzw\""
	",\"e\":\"AQAB\",\"d\":\"H6o9_mChiHmcO0GcX-SM1qm6158UBr9WggLzRNqokeglEUMXDeE39s12x74rDRaW"
	"8PssitZ5PAXK5hhuvw1GgQk4llTKhweAIauGvaACk8-PMtVRb_EWxDarpAwnpvzcWTgwuxkXnlRCsaZu5F4YCk7M"
	"j77XjPhYPyADeKmVhi68f14mR-IgU3p8EMK7e3wD-brnoI8lRlMl4aqVNUQyd75R2F5qebsr5Bi89T3oCc_rHLlP"
	"67SWHSX_uc5IDmxWdNFXR6wKFdZXc0HmMr5OudbZh9T-cKcMd1CHP1LrNZSYbmORTkzkRDpCae3swc-f41udTaFY"
	"wr-op8pdNIyXbQ\",\"p\":\"u9M6zRTd0KJRuhmdaVZFdDpu_aImeKPbZ0ZC4XoNRA8BdU-O7IGzj0Sp3wZk0tY"
	"zSMnIcxwqsDJif3DsSEgGjIqZK-P7fMZFlUny3P8AfXChBZ5KiNcceamO9aj-cvoMISBOwbmkP6n3uhZFQi5hEck"
	"GER9Iz-D3VVhpjrR9mxs\",\"q\":\"tQc68rnTn7yuwhzvgjtbnLlFTWWsfLYG74WjmbekfEw7_uWC6blfzIiDX"
	"FhzvXoeffiDxbFTeiTB2sbMKNkjbbDdVDm27dnXrjF8n7E3_BBtZCvMASWQrfPGX9TxyRnJCl-RVi__ZFBPQnXbf"
	"32ih6wHu-toHvDD_MNVKeVFzl0\",\"dp\":\"tSONfeM12NPyRawWZ1RQPztrdyg-OfKs0fis34854_0kxuInUG"
	"f1p6Hswa4E5mC1rOkNbBYqBStSWt2owjzUNA4mknGYREljKgrbMc6rxk4svKJf94CdcafYu4pzeqczs27ZBXPnt4"
	"5P3yNDQARCkUhxlWm6auDnJ2PQyVPAHyk\",\"dq\":\"M0UN8-qfPfFRSVaqmqa3BocOUqJGHLfs9O9Ta1iwdCe"
	"fIkzcK9e9gw7yrTe75-DrO-Ajad0T-FbqtExzS-pbd1iNBqql3W1CAWqwkgW-Blycrq8cwwJhnHKbL07-_2aXIqH"
	"4ZoGHgmCgYgFBHjV1z5jwQ8-jGIg16aNkvk3Z3F0\",\"qi\":\"k13vIA1-n2pBrWX0iKYjp-1ubQ0AbYHAjzN0"
	"O-fcQcUYCAUvEVJrT2j5yzvruFUCtt6dnKx7zIsl4qbur9gK4LroUuKVYaiHEW09lSSpFS9qIdRcC8OpbCl0_eEc"
	"pyTSRzBNCE_oEsmGS2I09wy5H_zHiUyOilz-jHPUM665C24\"",
	"\"n\":\"zoirxKlo9-uoHs7lMNTDuPS3KQBxaXrpSUBesC2Nxn96wY0yXiTwHKjmjKP_SxkrCP2gVPJuF0n7oZ6t"
	"_VUkIL8W-TqLDi5v16z_Wvqk6zceRawR1iOgmeOljQ68Ib1MyfbmTt9AeSxondpiQvAsBBkGWFx1YggDU-uRKIjQ"
	"G6kVK5K2vQFgeprSMOtL4Pe75uE5bHrKRAe4lOv1ggQDv1cWvDzGX63p_Xw2QgDUqgZ0E8yJ37FKxQHeSnBJND8m"
	"j98Ptep7Wrb3Z2t8zEWBfUWbeePYXJidFjteVjUc5cbv9xGXpvH7plByHAmPUnd3Bl5JIdsYlSdrRgwc9Ehv0Q\""
	",\"e\":\"AQAB\",\"d\":\"AQIp1Iv_NzavW3cnJ1XinsSTIGAgLaOr_--QhsuyJYX503gdBtinU3x_o7ApTvSQ"
	"gTq7za5hWzvBPsjHkLUZuA82zYC7rRYM9cCifo86vutF-pEchS8nWZkC9e1cfc2u0k2iUkBE0FKnMB4g3LLPhDWb"
	"ElNhP1lKqt47lzcTzQ7EDMxRBrk5t4HXZHudhfqqd7HsVBdcHSk9i1lmdNyNpvd5Dnr7eeRrBXY5IDuRIfhM6_qr"
	"xiT58-QMfcWbPos48E_QMOk-4Zo1BMAyh0nfDjf_DZIBTRO9gRAqZE-3DD_m_I68wdu_HhCxTKOmm_JHp2AytAPh"
	"mrBD60i3PkrBAQ\",\"p\":\"6OlhTbk9g7AMNdas-tMXTcxMldntPHiMWw_ZhdF11A7_tJQ0iG5SvU8POf9Ma_U"
	"_Iovgg66KS8SLIV4TtsvtA-GkvEJI6vSUwv27e0D6OI0faa4D7hMWTHtp-ZUI4U8_TLN83u5d-Eq1d1oJrBVsMJv"
	"U-e1dDcXjDyno81N-Nfs\",\"q\":\"4wHmWchdHDSCsOSjHJQgEp130fYAlvpmAD-EMRSMLN9w9v5mrT49pMcHt"
	"xiM6q07Z7UMOL1aHk7c1REVW-Mlv9ptH6wU7h7c6HJQlSfGNaqB-iSg0WvgP_ZIOsXjJTdephiaEdgs1RvB40rW4"
	"4-IZRd0cjwGWMD4rHht8NJkY6M\",\"dp\":\"AtUbvtM64UgZzenPbrl0dhi-8a-Vx_97TXwy3ALBGRQZnfuTa_"
	"lTfkPg3oaxSjrQSr5Cu7c6rVM1kfFP8hAm0L5Ev5law6i3ymtFhWkz4c4tjJ52I8YNpl512ngqhHrvPSKNqTRi5i"
	"saa9ondfVIvIqYm3V8hTdb3IpY7-SbC1M\",\"dq\":\"y-9c_bOe0kPqVPhSAM6hsZd9mUYjaX8yO27UVzNaasW"
	"hOoN5wpFz16BmMfsAPaO7BoQDosWZPDkk8tUSFyaNNzoHZri1ZOadFsX71sOQsY2ojwxw3TLIly2t3f8A_OItSZI"
	"4d2d5f0oceRE20-CSbB8SIb4DBaD2xhq6yep4_Xk\",\"qi\":\"a1y7CzKziSFXzgZJ8wgYBlW8d3BbHQhN7UNH"
	"hLUsVnz8b31EIxaxoY3Nb1to9lknTMWpVJp2W_tYbN471_e82m6y-DNHwC0joLSxUzNsGigMbVHV2PltJdx_22gt"
	"89GqeN8o38bBSxNdpcqfsvQGa2dyw8DwaFAITV1T8p4WFpA\"",
};

static struct jwk *read(struct arena *arena, enum alg alg, const char *pair, struct slice kid)
{
	struct jwk *key;
	struct slice json = arena_printf(
		arena, "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"%s\",\"kid\":\"%.*s\",%s}",
		alg_row(alg)->name, SLICE_ARG(kid), pair);
	ensure(jwk_parse_private(json, &key) == ERR_OK);
	return key;
}

struct jwk *rsa_key(enum alg alg, size_t which)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct hash thumbprint;
	ensure(which < RSA_KEY_COUNT && alg_row(alg)->family == ALG_FAMILY_RSA);
	AUTO(jwk) struct jwk *nameless = read(arena, alg, pairs[which], SLICE("none"));
	jwk_thumbprint(nameless, &thumbprint);
	return read(arena, alg, pairs[which], encode_base64url(arena, hash_slice(&thumbprint)));
}
