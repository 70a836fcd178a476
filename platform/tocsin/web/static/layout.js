// Places the nodes of a graph: what is joined draws together, everything else keeps its distance. The same graph always
// comes out the same.
"use strict";

const APART = 90;

// `nodes` have x and y (null for new ones) and `fixed`, `links` are pairs of nodes
const settle = (nodes, links, rounds = 160) => {
  nodes.forEach((node, place) => {
    if (node.x !== null) return;
    const beside = links.map(([a, b]) => (a === node ? b : b === node ? a : null)).find((one) => one && one.x !== null);
    const angle = place * 2.399963;  // the golden angle: no two in one direction
    const far = beside ? APART : APART * Math.sqrt(place);
    node.x = (beside ? beside.x : 0) + far * Math.cos(angle);
    node.y = (beside ? beside.y : 0) + far * Math.sin(angle);
  });
  for (let round = 0; round < rounds; round++) {
    const heat = 24 * (1 - round / rounds);
    for (const node of nodes) node.dx = node.dy = 0;
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) push(nodes[i], nodes[j]);
    }
    for (const [a, b] of links) pull(a, b);
    for (const node of nodes) {
      node.dx -= node.x * 0.01;
      node.dy -= node.y * 0.01;
      const length = Math.hypot(node.dx, node.dy) || 1;
      if (node.fixed) continue;
      node.x += (node.dx / length) * Math.min(length, heat);
      node.y += (node.dy / length) * Math.min(length, heat);
    }
  }
};

const push = (a, b) => {
  const x = a.x - b.x || 0.1, y = a.y - b.y || 0.1;
  const force = (APART * APART) / (x * x + y * y);
  if (force < 0.02) return;
  a.dx += x * force; a.dy += y * force;
  b.dx -= x * force; b.dy -= y * force;
};

const pull = (a, b) => {
  const x = a.x - b.x, y = a.y - b.y;
  const force = Math.hypot(x, y) / APART / 3;
  a.dx -= x * force; a.dy -= y * force;
  b.dx += x * force; b.dy += y * force;
};
