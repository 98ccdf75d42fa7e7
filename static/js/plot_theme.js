// A figure in the colours of the theme: tokens become what Plotly can read.
const PROBE = document.createElement("canvas");
PROBE.width = PROBE.height = 1;

/** The colour of a token as rgb; Plotly knows no oklch, and a canvas knows both. */
function colourOf(token, alpha = 1) {
  const sample = document.createElement("i");
  sample.style.color = `var(--${token})`;
  sample.hidden = true;
  document.body.append(sample);
  const brush = PROBE.getContext("2d", { willReadFrequently: true });
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = getComputedStyle(sample).color;
  brush.fillRect(0, 0, 1, 1);
  sample.remove();
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

const font = (size, token) => ({
  family: getComputedStyle(document.body).fontFamily,
  size,
  color: colourOf(token),
});

function paintTrace(trace) {
  const colour = colourOf(trace.meta.paint);
  const bar = (given) => given && { ...given, color: colour };
  return {
    ...trace,
    marker: { ...trace.marker, color: colour, line: { width: 0 } },
    line: trace.type === "scatter" ? { ...trace.line, color: colour } : undefined,
    fillcolor: trace.type === "scatter" ? colourOf(trace.meta.paint, 0.1) : undefined,
    textfont: font(11, "text-2"),
    error_x: bar(trace.error_x),
    error_y: bar(trace.error_y),
  };
}

function paintAxis(axis) {
  return {
    gridcolor: colourOf("line"),
    linecolor: colourOf("line-strong"),
    zerolinecolor: colourOf("line-strong"),
    zeroline: false,
    fixedrange: true,
    tickfont: font(11, "text-3"),
    ...axis,
    title: { standoff: 10, ...axis.title, font: font(12, "text-2") },
  };
}

function paintNote(note) {
  return { ...note, font: { ...font(11, note.name), weight: 600 } };
}

function paintAxes(layout) {
  const axes = Object.entries(layout).filter(([key]) => /^[xy]axis/.test(key));
  return Object.fromEntries(axes.map(([key, axis]) => [key, paintAxis(axis)]));
}

/** Return traces and layout, coloured; the page draws the legend itself. */
export function painted({ data, layout }) {
  return {
    data: data.map(paintTrace),
    layout: {
      ...layout,
      ...paintAxes(layout),
      annotations: (layout.annotations || []).map(paintNote),
      paper_bgcolor: "rgba(0, 0, 0, 0)",
      plot_bgcolor: "rgba(0, 0, 0, 0)",
      font: font(11, "text-2"),
      hoverlabel: {
        bgcolor: colourOf("surface"),
        bordercolor: colourOf("line-strong"),
        font: font(12, "text"),
        namelength: 40,
      },
      margin: { l: 48, r: 12, t: 8, b: 40 },
      showlegend: false,
      dragmode: false,
    },
  };
}

/** Return the layout of a picture that stands alone: with title, legend and ground. */
export function standalone(layout, { title, width, height }) {
  return {
    ...layout,
    width,
    height,
    autosize: false,
    paper_bgcolor: colourOf("surface"),
    title: { text: title, x: 0.02, xanchor: "left", font: font(17, "text") },
    margin: { l: 64, r: 32, t: 64, b: 96 },
    showlegend: true,
    legend: { orientation: "h", y: -0.16, font: font(12, "text-2") },
  };
}
