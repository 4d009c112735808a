// SPDX-License-Identifier: Apache-2.0
//
// Sends the form of the form_post page, so that nobody has to press its button.
document.querySelector("form.go-on")?.submit();
