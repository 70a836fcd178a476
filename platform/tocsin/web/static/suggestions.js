// Offers what somebody may mean while they type; without it the box works as well.
(function () {
  "use strict";
  const box = document.querySelector("input[data-suggestions]");
  if (!box) return;
  const list = document.getElementById(box.getAttribute("list"));
  let waiting = 0;
  let asked = "";

  async function offer() {
    const text = box.value.trim();
    if (text.length < 3 || text === asked) return;
    asked = text;
    const answer = await fetch(box.dataset.suggestions + "?q=" + encodeURIComponent(text)).catch(() => null);
    if (!answer || !answer.ok || box.value.trim() !== text) return;
    const found = (await answer.json()).suggestions;
    list.replaceChildren(...found.map((one) => {
      const option = document.createElement("option");
      option.value = one.value;
      return option;
    }));
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 250);
  });
})();
