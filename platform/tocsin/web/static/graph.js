// The graph of what is related to one thing, opened when it is asked for. The table below says the same, and is all
// that a page without this file has. Nothing from the server becomes markup: texts are set as texts.
"use strict";

const MOST_SHOWN = 300;
const MOST_LABELS = 60;
const SVG = "http://www.w3.org/2000/svg";

const place = document.getElementById("graph");
const words = place && JSON.parse(place.dataset.words);
const plurals = new Intl.PluralRules(document.documentElement.lang || "en");

const answers = new Map();  // what the server said, by node
const known = new Map();  // every node that was ever shown, so that it comes back where it was
const opened = new Set();
const away = new Set();  // kinds that are filtered out
const chosen = { node: null, since: "", until: "", zoom: 1 };

// in the reader's language, as the page brought it; what counts in the form that so many take
const say = (name, values = {}) => {
  const text = typeof words[name] === "string" ? words[name] : words[name][plurals.select(values.number)] || words[name].other;
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
};
const written = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeZone: "UTC" });
const dayOf = (text) => (say("day") === "yyyy-MM-dd" ? text : written.format(new Date(text)));
const whyOf = (said) => said.bases.map((basis) => words.bases[basis] || basis).join("; ");
const whenOf = ({ since, until }) => {
  if (!since) return say("undated");
  return until && until !== since ? say("period", { since: dayOf(since), until: dayOf(until) }) : dayOf(since);
};
const whoOf = ({ members, sources }) => {
  const names = sources.join(", "), others = members - sources.length;
  if (!members) return names ? say("list", { names }) : say("names");
  if (!names) return say("unnamed", { number: members });
  return say("members", { number: members, names }) + (others > 0 ? ` ${say("others", { number: others })}` : "");
};
const whatOf = (fold) => (fold.domain ? say(fold.at_least ? "under" : "shared", { domain: fold.shown }) : words.bases[fold.basis]);

const keyOf = (one) => `${one.kind} ${one.value}`;
const made = (name, texts = {}, ...inside) => {
  const one = document.createElement(name);
  for (const [key, text] of Object.entries(texts)) one.setAttribute(key, text);
  one.append(...inside);
  return one;
};
const drawn = (name, texts = {}) => {
  const one = document.createElementNS(SVG, name);
  for (const [key, text] of Object.entries(texts)) one.setAttribute(key, text);
  return one;
};
const addressed = (pattern, node) => pattern.replace("COLLECTION", node.collection).replace("ID", node.stix_id);

const nodeOf = (one) => {
  const key = keyOf(one);
  if (!known.has(key)) {
    const { kind, value, shown, tlp, collection, stix_id } = one;
    known.set(key, { key, kind, value, shown, tlp, collection, stix_id, x: null, y: null, fixed: false });
  }
  return known.get(key);
};

const inTime = (said) =>
  !(chosen.since && said.until && said.until < chosen.since) && !(chosen.until && said.since && said.since > chosen.until);

// what is reachable from the first thing through what is opened, under the filters
const graphNow = () => {
  const nodes = new Map([[root.key, root]]), links = new Map(), folds = [];
  const waiting = [root];
  let left = 0;
  while (waiting.length) {
    const node = waiting.shift();
    const answer = opened.has(node.key) && answers.get(node.key);
    if (!answer) continue;
    for (const fold of answer.folded) folds.push([node, fold]);
    for (const said of answer.related) {
      if (away.has(said.kind) || !inTime(said)) continue;
      const other = nodeOf(said);
      if (!nodes.has(other.key)) {
        if (nodes.size >= MOST_SHOWN) { left += 1; continue; }
        nodes.set(other.key, other);
        waiting.push(other);
      }
      const pair = [node.key, other.key].sort().join("\n");
      if (!links.has(pair)) links.set(pair, { from: node, to: other, said });
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()], folds, left };
};

const ask = async (node) => {
  if (answers.has(node.key)) return;
  const via = node === root && place.dataset.via ? `?via=${encodeURIComponent(place.dataset.via)}` : "";
  const answer = await fetch(addressed(place.dataset.api, node) + via, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  answers.set(node.key, await answer.json());
};

const toggle = async (node) => {
  if (opened.has(node.key)) {
    opened.delete(node.key);
    return show(say("folded", { value: node.shown }));
  }
  tell(say("asking", { value: node.shown }));
  try {
    await ask(node);
  } catch {
    return tell(say("failed"));
  }
  opened.add(node.key);
  show();
};

const tell = (text) => { parts.status.textContent = text; };

const show = (before = "") => {
  const graph = graphNow();
  settle(graph.nodes, graph.links.map((link) => [link.from, link.to]), graph.nodes.length > 150 ? 90 : 160);
  if (!graph.nodes.includes(chosen.node)) chosen.node = root;
  paint(graph);
  kinds(graph);
  list(graph);
  const more = graph.left ? ` ${say("left", { number: graph.left })}` : "";
  const folded = graph.folds.length ? ` ${say("groups", { number: graph.folds.length })}` : "";
  const relations = say("relations", { number: graph.links.length });
  tell(`${before} ${say("shown", { number: graph.nodes.length, relations })}${more}${folded}`.trim());
};

// draws everything anew; what is chosen changes classes alone, which is far quicker with three hundred things
const paint = (graph) => {
  const focused = parts.svg.contains(document.activeElement);
  parts.graph = graph;
  parts.lines = graph.links.map(({ from, to, said }) => {
    const line = drawn("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: `link ${said.bases[0]}` });
    const title = drawn("title");
    title.textContent = `${whyOf(said)}, ${whenOf(said)}`;
    line.append(title);
    return line;
  });
  parts.dots = graph.nodes.map(dot);
  parts.svg.replaceChildren(...parts.lines, ...parts.dots);
  mark();
  look(graph.nodes);
  if (focused) focus();
};

const focus = () => parts.svg.querySelector("[tabindex='0']").focus({ preventScroll: chosen.zoom > 1 });

// shows what is chosen, what is joined to it, and the words that there is room for
const mark = () => {
  const { nodes, links } = parts.graph, beside = new Set();
  links.forEach(({ from, to }, place) => {
    const touched = from === chosen.node || to === chosen.node;
    if (touched) beside.add(from).add(to);
    parts.lines[place].classList.toggle("touched", touched);
  });
  const few = nodes.length <= MOST_LABELS, hubs = opened.size <= 12;
  nodes.forEach((node, place) => {
    const near = beside.has(node) && beside.size <= MOST_LABELS;
    parts.dots[place].classList.toggle("chosen", node === chosen.node);
    parts.dots[place].classList.toggle("bare", !(few || near || node === root || node === chosen.node || (hubs && opened.has(node.key))));
    parts.dots[place].setAttribute("tabindex", node === chosen.node ? "0" : "-1");
  });
  about();
};

const dot = (node) => {
  const open = opened.has(node.key), kind = words.kinds[node.kind] || node.kind;
  const one = drawn("g", {
    class: `node${open ? " open" : ""}${node === root ? " root" : ""}`, transform: `translate(${node.x} ${node.y})`,
    role: "button", "aria-expanded": String(open), "aria-label": `${kind} ${node.shown}, TLP:${node.tlp}`,
  });
  const letter = drawn("text", { class: "letter", y: 4 }), label = drawn("text", { class: "label", y: node === root ? 30 : 25 });
  letter.textContent = kind[0];
  label.textContent = node.shown.length > 26 ? `${node.shown.slice(0, 25)}…` : node.shown;
  one.append(drawn("circle", { r: node === root ? 14 : 10 }), letter, label);
  one.addEventListener("click", () => choose(node));
  one.addEventListener("dblclick", () => toggle(node));
  one.addEventListener("keydown", (event) => press(event, node));
  return one;
};

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const press = (event, node) => {
  if (event.key === "Enter" || event.key === " ") toggle(node);
  else if (event.key === "Home") choose(root);
  else if (event.key in STEPS) choose(nearest(node, STEPS[event.key]));
  else if (event.key === "+" || event.key === "-") larger(event.key === "+" ? 1.4 : 1 / 1.4);
  else return;
  event.preventDefault();
};

// the next node in a direction: what lies straight there before what lies aside
const nearest = (node, [dx, dy]) => {
  let best = node, least = Infinity;
  for (const other of parts.graph.nodes) {
    const x = other.x - node.x, y = other.y - node.y, along = x * dx + y * dy;
    const cost = along + 2 * Math.abs(x * dy) + 2 * Math.abs(y * dx);
    if (along > 1 && cost < least) [best, least] = [other, cost];
  }
  return best;
};

const choose = (node) => {
  chosen.node = node;
  mark();
  if (chosen.zoom > 1) look(parts.graph.nodes);
  focus();
};

const larger = (times) => {
  chosen.zoom = times === 0 ? 1 : Math.min(Math.max(chosen.zoom * times, 1), 12);
  look(parts.graph.nodes);
};

// the whole graph, or the part around the chosen node
const look = (nodes) => {
  const xs = nodes.map((node) => node.x), ys = nodes.map((node) => node.y);
  const box = { x: Math.min(...xs) - 150, y: Math.min(...ys) - 50, width: Math.max(...xs) - Math.min(...xs) + 300, height: Math.max(...ys) - Math.min(...ys) + 110 };
  const width = Math.max(box.width, 480) / chosen.zoom, height = Math.max(box.height, 320) / chosen.zoom;
  const middle = chosen.zoom > 1 ? chosen.node : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  // letters stay readable while the graph grows, as far as there is room for them
  const scale = width / (parts.svg.clientWidth || width);
  parts.svg.style.setProperty("--scale", String(Math.min(Math.max(scale, 0.5), 2.2)));
  parts.svg.setAttribute("viewBox", `${middle.x - width / 2} ${middle.y - height / 2} ${width} ${height}`);
};

// what is chosen, in words, with what can be done with it
const about = () => {
  const node = chosen.node, open = opened.has(node.key);
  const button = made("button", { type: "button", class: "second" }, say(open ? "fold" : "unfold"));
  button.addEventListener("click", () => toggle(node));
  parts.about.replaceChildren(
    made("span", { class: "value" }, node.shown), ` ${words.kinds[node.kind] || node.kind} `,
    made("span", { class: `tlp tlp-${node.tlp.replace("+", "-")}` }, `TLP:${node.tlp.toUpperCase()}`), " ",
    made("a", { href: addressed(place.dataset.page, node) }, say("page")), " ", button,
  );
};

const kinds = () => {
  const found = new Set([...answers.values()].flatMap((answer) => answer.related.map((one) => one.kind)));
  parts.kinds.replaceChildren(made("legend", {}, say("legend")), ...[...found].sort().map((kind) => {
    const box = made("input", { type: "checkbox", id: `kind-${kind}` });
    box.checked = !away.has(kind);
    box.addEventListener("change", () => {
      if (box.checked) away.delete(kind); else away.add(kind);
      show();
      document.getElementById(`kind-${kind}`).focus();
    });
    return made("span", { class: "choice" }, box, made("label", { for: `kind-${kind}` }, words.kinds[kind] || kind));
  }));
};

const cell = (label, ...inside) => made("td", { "data-label": label }, ...inside);
const link = (node) => made("a", { class: "value", href: addressed(place.dataset.page, node) }, node.shown);

const list = ({ links, folds }) => {
  parts.rows.replaceChildren(
    ...links.map(({ from, to, said }) => made("tr", {},
      cell(say("from"), link(from)), cell(say("what"), link(to), made("span", { class: "under" }, words.kinds[to.kind] || to.kind)),
      cell(say("why"), whyOf(said)), cell(say("when"), whenOf(said)), cell(say("who"), whoOf(said)),
      cell(say("marking"), made("span", { class: `tlp tlp-${said.marking.replace("+", "-")}` }, `TLP:${said.marking.toUpperCase()}`)))),
    ...folds.map(([node, fold]) => made("tr", {},
      cell(say("from"), link(node)), cell(say("what"), `${fold.at_least ? say("more", { number: fold.at_least }) : say("cut")} `, fold.via ? made("a", { href: `${addressed(place.dataset.related, node)}?via=${fold.via}` }, say("see")) : ""),
      cell(say("why"), whatOf(fold)), cell(say("when"), fold.who ? whenOf(fold) : ""), cell(say("who"), fold.who ? whoOf(fold) : ""),
      cell(say("marking"), fold.marking ? made("span", { class: `tlp tlp-${fold.marking.replace("+", "-")}` }, `TLP:${fold.marking.toUpperCase()}`) : ""))),
  );
};

const day = (id, label, set) => {
  const input = made("input", { type: "date", id });
  input.addEventListener("change", () => { set(input.value); show(); });
  return made("span", {}, made("label", { for: id }, label), input);
};

const button = (label, act) => {
  const one = made("button", { type: "button", class: "plain" }, label);
  one.addEventListener("click", act);
  return one;
};

const parts = {};
let root = null;

const build = () => {
  parts.status = made("p", { role: "status", class: "quiet" });
  parts.svg = drawn("svg", { class: "graph", role: "group", "aria-label": say("help") });
  parts.about = made("p", { class: "row about" });
  parts.kinds = made("fieldset", { class: "kinds" });
  parts.rows = made("tbody");
  const head = ["from", "what", "joined", "days", "says", "marking"].map((name) => made("th", { scope: "col" }, say(name)));
  const filters = made("div", { class: "row filters" },
    day("graph-since", say("since"), (text) => { chosen.since = text; }), day("graph-until", say("until"), (text) => { chosen.until = text; }),
    button(say("larger"), () => larger(1.4)), button(say("smaller"), () => larger(1 / 1.4)), button(say("all"), () => larger(0)));
  place.replaceChildren(parts.status, parts.svg, parts.about, filters, parts.kinds,
    made("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("table") },
      made("table", { class: "related" }, made("caption", {}, say("table")), made("thead", {}, made("tr", {}, ...head)), parts.rows)));
};

const start = async () => {
  const { collection, id, kind, value, shown, tlp } = place.dataset;
  root = nodeOf({ collection, stix_id: id, kind, value, shown, tlp });
  Object.assign(root, { x: 0, y: 0, fixed: true });
  chosen.node = root;
  build();
  place.hidden = false;
  document.getElementById("as-table").hidden = true;
  await toggle(root);
  if (!opened.has(root.key)) document.getElementById("as-table").hidden = false;
};

if (place) {
  const open = made("button", { type: "button", id: "open-graph", class: "second" }, say("open"));
  place.before(open);
  open.addEventListener("click", () => { open.remove(); start(); });
}
