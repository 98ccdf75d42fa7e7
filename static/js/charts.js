// Charts: a figure is fetched and drawn when it comes near; its marks open rows and filters.
import { whenPresent } from "./content.js";
import { painted, standalone } from "./plot_theme.js";
import { toast } from "./toasts.js";

const NEAR = "300px";
const PICTURE = { width: 1120, height: 630 };
const SETTINGS = { displayModeBar: false, responsive: false, showTips: false };

let library = null;
const drawn = new Map();

/** Load Plotly once, by a script element: it is no module. */
function load(source) {
  library ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = source;
    script.addEventListener("load", () => done(window.Plotly));
    script.addEventListener("error", () => {
      library = null;
      script.remove();
      fail(new Error("The charts' library could not be loaded."));
    });
    document.head.append(script);
  });
  return library;
}

async function fetchFigure(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The chart could not be loaded (${answer.status}).`);
  return answer.json();
}

const part = (plot, name) => plot.querySelector(`[data-plot-${name}]`);

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

async function start(plot) {
  try {
    const [figure, plotly] = await Promise.all([
      fetchFigure(plot.dataset.figure),
      load(plot.dataset.plotly),
    ]);
    await show(plot, figure, plotly);
  } catch (problem) {
    fail(plot, problem);
  }
}

async function show(plot, figure, plotly) {
  const area = part(plot, "area");
  part(plot, "title").textContent = figure.title;
  showNotes(plot, figure);
  showTable(plot, figure);
  if (!figure.data.length) {
    area.replaceChildren(element("p", "plot-empty", figure.notes[0]));
    return;
  }
  area.replaceChildren();
  area.setAttribute("role", "img");
  area.setAttribute("aria-label", figure.description);
  const state = { figure, plotly, hidden: hiddenAtFirst(figure) };
  drawn.set(plot, state);
  await draw(plot);
  showLegend(plot);
  part(plot, "picture").hidden = false;
  area.on("plotly_click", (click) => follow(plot, click));
  area.classList.toggle("has-marks", figure.data.some((trace) => trace.customdata));
  sizes.observe(area);
}

function hiddenAtFirst({ data }) {
  return new Set(data.flatMap(({ visible }, index) => (visible === "legendonly" ? [index] : [])));
}

function withHidden({ figure, hidden }) {
  const data = figure.data.map((trace, index) => ({ ...trace, visible: !hidden.has(index) }));
  return painted({ data, layout: figure.layout });
}

function draw(plot) {
  const state = drawn.get(plot);
  const { data, layout } = withHidden(state);
  return state.plotly.react(part(plot, "area"), data, { ...layout, autosize: true }, SETTINGS);
}

function fail(plot, problem) {
  const retry = element("button", "button", "Try again");
  retry.type = "button";
  retry.addEventListener("click", () => {
    part(plot, "area").replaceChildren(element("p", "plot-empty", "Loading…"));
    start(plot);
  });
  const words = element("div", "plot-empty");
  words.setAttribute("role", "alert");
  words.append(element("p", "", problem.message), retry);
  part(plot, "area").replaceChildren(words);
}

function showNotes(plot, { data, notes }) {
  const shown = data.length ? notes : [];
  part(plot, "notes").replaceChildren(...shown.map((note) => element("li", "", note)));
}

/** Buttons, so that the keyboard reaches them; a trace's group goes with it. */
function showLegend(plot) {
  const { figure } = drawn.get(plot);
  const named = figure.data.flatMap((trace, index) =>
    trace.showlegend === false ? [] : [{ trace, index }],
  );
  part(plot, "legend").replaceChildren(
    ...(named.length > 1 ? named.map((one) => legendButton(plot, one)) : []),
  );
}

function legendButton(plot, { trace, index }) {
  const { figure, hidden } = drawn.get(plot);
  const button = element("button", "plot-key");
  button.type = "button";
  button.setAttribute("aria-pressed", String(!hidden.has(index)));
  button.title = unescaped(trace.name);
  const dot = element("i", "dot");
  dot.style.background = `var(--${trace.meta.paint})`;
  button.append(dot, element("span", "truncate", unescaped(trace.name)));
  const together = figure.data.flatMap((other, place) =>
    place === index || (trace.legendgroup && other.legendgroup === trace.legendgroup)
      ? [place]
      : [],
  );
  button.addEventListener("click", () => {
    const hide = !hidden.has(index);
    for (const place of together) hide ? hidden.add(place) : hidden.delete(place);
    button.setAttribute("aria-pressed", String(!hide));
    draw(plot);
  });
  return button;
}

/** Names come with their markup escaped for Plotly. */
function unescaped(name) {
  return name.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function addressOf(plot, mark) {
  const { rowUrl, filterUrl } = plot.dataset;
  if (typeof mark === "number" && rowUrl) return rowUrl.replace("{row}", mark);
  if (typeof mark === "string" && filterUrl) {
    return filterUrl.replace("{filter}", () => encodeURIComponent(mark));
  }
  return null;
}

function follow(plot, { points, event }) {
  const address = addressOf(plot, nearest(points, event).customdata);
  if (!address) return;
  if (event.metaKey || event.ctrlKey) open(address, "_blank", "noopener");
  else location.assign(address);
}

/** Of points that share an x, the one whose height is nearest to the pointer's. */
function nearest(points, event) {
  const { top } = event.target.getBoundingClientRect();
  const distance = ({ y, yaxis }) => Math.abs(yaxis.d2p(y) - (event.clientY - top));
  return points.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}

function showTable(plot, { table, title }) {
  const fold = part(plot, "table");
  fold.hidden = !table.rows.length;
  const build = () => {
    const wrap = element("div", "table-wrap");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-label", `${title}, as a table`);
    wrap.append(tableOf(plot, table));
    fold.querySelector(".table-wrap")?.remove();
    fold.append(wrap);
  };
  if (fold.open) build();
  else fold.addEventListener("toggle", build, { once: true });
}

function tableOf(plot, { head, rows }) {
  const made = element("table", "table table-compact");
  const top = made.createTHead().insertRow();
  for (const name of head) {
    const cell = element("th", "", name);
    cell.scope = "col";
    top.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const cell of row) line.insertCell().append(...content(plot, cell));
  }
  return made;
}

function content(plot, cell) {
  if (!Array.isArray(cell)) return [cell];
  const [text, mark] = cell;
  const address = addressOf(plot, mark);
  if (!address) return [text];
  const link = element("a", "link", text);
  link.href = address;
  return [link];
}

async function savePicture(plot) {
  const { figure, plotly } = drawn.get(plot);
  const { data, layout } = withHidden(drawn.get(plot));
  const alone = standalone(layout, { title: part(plot, "title").textContent, ...PICTURE });
  // As SVG, which needs no blob: address; the policy lets no picture have one.
  const svg = await plotly.toImage({ data, layout: alone }, { format: "svg", ...PICTURE });
  const picture = new Image();
  picture.src = svg;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * PICTURE.width;
  canvas.height = 2 * PICTURE.height;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((content) => download(content, `${fileName(figure.title)}.png`), "image/png");
}

function fileName(title) {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 60);
}

function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function redraw() {
  for (const plot of drawn.keys()) {
    if (plot.isConnected) draw(plot);
    else drawn.delete(plot);
  }
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const plot = target.closest("[data-figure]");
    if (target.isConnected && target.offsetWidth) drawn.get(plot)?.plotly.Plots.resize(target);
  }
});

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      start(target);
    }
  },
  { rootMargin: NEAR },
);

whenPresent("[data-figure]", (plot) => {
  part(plot, "picture").addEventListener("click", () => {
    savePicture(plot).catch(() => toast("The picture could not be made.", "error"));
  });
  watcher.observe(plot);
});
document.addEventListener("theme-changed", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
