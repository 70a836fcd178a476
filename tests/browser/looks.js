// What a page must have for everybody to be able to use it (WCAG 2.2 AA), as a list of what is wrong.
() => {
  const wrong = [];
  const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) => (element.getAttribute("aria-label") || element.innerText || "").trim();

  if (document.documentElement.lang !== "en") wrong.push("no language");
  if (!document.title.trim()) wrong.push("no title");
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} h1`);
  if (all("main").length !== 1) wrong.push("not one main");

  const ids = all("[id]").map((element) => element.id);
  for (const id of ids) if (ids.filter((other) => other === id).length > 1) wrong.push(`id twice: ${id}`);
  for (const element of all("[aria-describedby]")) {
    for (const id of element.getAttribute("aria-describedby").split(" ")) {
      if (!document.getElementById(id)) wrong.push(`a description that is not there: ${id}`);
    }
  }
  for (const element of all("input:not([type=hidden]), select, textarea")) {
    if (!element.labels.length && !name(element)) wrong.push(`no label: ${element.name}`);
  }
  for (const element of all("a, button")) if (seen(element) && !name(element)) wrong.push(`no words: ${element.outerHTML}`);
  for (const link of all('a[href^="#"]')) {
    if (!document.getElementById(link.hash.slice(1))) wrong.push(`leads nowhere: ${link.hash}`);
  }

  let level = 0;
  for (const heading of all("main h1, main h2, main h3")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1 && level) wrong.push(`heading skips: ${heading.innerText}`);
    level = next;
  }

  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) wrong.push(`wider than the screen by ${page.scrollWidth - page.clientWidth}`);

  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const element of all("body *")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!words || !seen(element) || element.closest("option, select")) continue;
    const pair = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)}: ${element.innerText.slice(0, 40)}`);
  }
  return [...new Set(wrong)];
}
