// Everything works without this file; it saves a few movements.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const words = button.innerHTML;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = document.body.dataset.copied;
    setTimeout(() => { button.innerHTML = words; }, 1500);
  });
}

for (const place of document.querySelectorAll("[data-pick-all]")) {
  place.hidden = false;
  place.firstElementChild.addEventListener("click", () => {
    const boxes = [...document.querySelectorAll("input.pick")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

// a file may be dropped anywhere on the page that asks for one
const file = document.querySelector("input[type=file]");
if (file) {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      file.focus();
    }
  });
}

// what a tab keeps for whoever types in it ends with signing out
const leaving = document.querySelector("form.who");
if (leaving) leaving.addEventListener("submit", () => sessionStorage.clear());

// on a phone the filters start folded
const facets = document.querySelector("details.facets");
if (facets && window.matchMedia("(max-width: 48rem)").matches) facets.open = false;
