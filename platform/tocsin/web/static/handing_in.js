// What is typed is kept in this tab until the server has it: a lost connection, an expired sign-in or a closed lid
// loses nothing. Everything works without this file.
"use strict";

const handing = document.querySelector("form[data-keep]");
const place = handing && `tocsin ${handing.dataset.keep}`;

// the fields of somebody's choices; files cannot be kept, and the token is the page's own
const fields = () => [...handing.elements].filter((one) => one.name && !["file", "hidden", "submit"].includes(one.type));
const state = (one) => (["radio", "checkbox"].includes(one.type) ? one.checked : one.value);

const keep = () => {
  try {
    sessionStorage.setItem(place, JSON.stringify(fields().map((one) => [one.id, state(one)])));
  } catch {
    // a text too large for the browser to keep; the server keeps it once it is sent
  }
};

const restore = () => {
  let known = [];
  try {
    known = JSON.parse(sessionStorage.getItem(place)) || [];
  } catch {
    sessionStorage.removeItem(place);
  }
  for (const [id, value] of known) {
    const one = document.getElementById(id);
    if (!one || one.form !== handing) continue;
    if (["radio", "checkbox"].includes(one.type)) one.checked = value;
    else if (one.type !== "textarea" || !one.value) one.value = value;
  }
};

const say = (words) => {
  let status = document.getElementById("sending");
  if (!status) {
    status = document.createElement("p");
    status.id = "sending";
    status.setAttribute("role", "status");
    handing.append(status);
  }
  status.className = words ? "message" : "";
  status.textContent = words;
};

if (handing) {
  restore();
  handing.addEventListener("input", keep);
  handing.addEventListener("change", keep);
  // what the server showed is on the server
  if (handing.dataset.sent) sessionStorage.removeItem(`tocsin ${handing.dataset.sent}`);

  handing.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return say(document.body.dataset.sending);
    event.preventDefault();
    say(document.body.dataset.offline);
  });
  window.addEventListener("online", () => say(document.body.dataset.online));
  window.addEventListener("pageshow", () => document.getElementById("sending") && say(""));

  const box = document.getElementById("text");
  if (box) {
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) handing.requestSubmit();
    });
  }
}
