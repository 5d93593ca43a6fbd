import "./theme.js";

// The contract as a page, made from the document itself.
const $ = (id) => document.getElementById(id);
const contract = await (await fetch("/api/openapi.json")).json();

const element = (name, className, ...children) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((c) => c !== undefined && c !== ""));
  return made;
};

// Words between backticks are code.
const prose = (text) => text.split("`").map((part, i) => (i % 2 ? element("code", "", part) : part));

const resolve = (node) =>
  node?.$ref ? node.$ref.slice(2).split("/").reduce((at, key) => at[key], contract) : node;

const typeName = (ref) => ref.split("/").at(-1);

// A schema in a few words, with links to the types it names.
function shortly(schema) {
  if (!schema) return [""];
  if (schema.$ref) {
    const link = element("a", "", typeName(schema.$ref));
    link.href = `#type-${typeName(schema.$ref)}`;
    return [link];
  }
  if (schema.oneOf) return schema.oneOf.flatMap((s, i) => (i ? [" or ", ...shortly(s)] : shortly(s)));
  if (schema.type === "array") return ["array of ", ...shortly(schema.items)];
  if (schema.enum) return [schema.enum.join(" | ")];
  if (schema.type === "object" && schema.additionalProperties) return ["object of ", ...shortly(schema.additionalProperties)];
  return [[].concat(schema.type ?? "any").join(" or ") + (schema.format ? ` (${schema.format})` : "")];
}

function bounds(schema) {
  const words = [];
  if (schema.minimum !== undefined) words.push(`≥ ${schema.minimum}`);
  if (schema.maximum !== undefined) words.push(`≤ ${schema.maximum}`);
  if (schema.minLength !== undefined) words.push(`at least ${schema.minLength} characters`);
  if (schema.maxLength !== undefined) words.push(`at most ${schema.maxLength} characters`);
  if (schema.maxItems !== undefined) words.push(`at most ${schema.maxItems}`);
  if (schema.default !== undefined) words.push(`default ${schema.default}`);
  return words.join(", ");
}

function table(rows) {
  const body = element("tbody");
  rows.forEach((cells) => body.append(element("tr", "", ...cells.map((cell) => element("td", "", ...[].concat(cell))))));
  return element("table", "", body);
}

function parameters(list) {
  return table(list.map(resolve).map((p) => [
    element("code", "", p.name),
    `${p.in}${p.required ? ", required" : ""}`,
    [...shortly(p.schema), element("span", "faint", ` ${bounds(p.schema)}`)],
    prose(p.description ?? ""),
  ]));
}

function properties(schema) {
  const required = schema.required ?? [];
  return table(Object.entries(schema.properties ?? {}).map(([name, property]) => [
    element("code", "", name),
    required.includes(name) ? "" : "optional",
    [...shortly(property), element("span", "faint", ` ${bounds(property)}`)],
    prose(property.description ?? ""),
  ]));
}

const pretty = (value) => element("pre", "", JSON.stringify(value, null, 2));

function body(content) {
  return Object.entries(content).flatMap(([type, media]) => {
    const example = media.example ?? resolve(media.schema)?.example;
    return [element("p", "", element("code", "", type), " ", ...shortly(media.schema)), ...(example ? [pretty(example)] : [])];
  });
}

function curl(method, path, op) {
  const filled = (op.parameters ?? []).map(resolve).filter((p) => p.in === "path")
    .reduce((at, p) => at.replace(`{${p.name}}`, p.example), path);
  const words = ["curl"];
  if (method !== "get") words.push("-X", method.toUpperCase());
  if (op.security.length) words.push('-H "Authorization: Bearer $TOKEN"');
  const json = op.requestBody?.content["application/json"];
  if (json) {
    const example = json.example ?? resolve(json.schema).example;
    words.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(example)}'`);
  }
  words.push(location.origin + filled);
  return element("pre", "", words.join(" "));
}

function operation(path, method, op) {
  const scope = op.security[0]?.token[0];
  const made = element("details", "",
    element("summary", "",
      element("span", "method", method.toUpperCase()),
      element("span", "path", path),
      element("span", "faint", op.summary)));
  made.id = op.operationId;
  made.dataset.text = `${method} ${path} ${op.summary}`.toLowerCase();
  const inside = element("div", "inside");
  inside.append(element("p", "", ...prose(op.description ?? ""), element("span", "faint", scope ? ` Needs a token with scope ${scope}.` : " Needs no token.")));
  if (op.parameters) inside.append(element("h3", "", "Parameters"), parameters(op.parameters));
  if (op.requestBody) inside.append(element("h3", "", "Body"), ...body(op.requestBody.content));
  inside.append(element("h3", "", "Answers"));
  inside.append(table(Object.entries(op.responses).map(([status, response]) => {
    const answer = resolve(response);
    const types = Object.entries(answer.content ?? {}).flatMap(([type, media], i) => [i ? ", " : "", `${type} `, ...shortly(media.schema)]);
    return [element("code", "", status), answer.description, types.length ? types : ""];
  })));
  inside.append(element("h3", "", "Try"), curl(method, path, op));
  made.append(inside);
  return made;
}

$("intro").append(...prose(contract.info.description));
const all = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, op]) => ({ path, method, op })));
contract.tags.forEach(({ name }) => {
  $("operations").append(element("h2", "", name),
    ...all.filter(({ op }) => op.tags[0] === name).map(({ path, method, op }) => operation(path, method, op)));
});
Object.entries(contract.components.schemas).forEach(([name, schema]) => {
  const inside = element("div", "inside", element("p", "", ...prose(schema.description ?? "")));
  inside.append(schema.properties ? properties(schema) : element("p", "", ...shortly(schema)));
  if (schema.example && schema.properties) inside.append(pretty(schema.example));
  const made = element("details", "", element("summary", "", element("span", "path", name)), inside);
  made.id = `type-${name}`;
  $("types").append(made);
});
contract.components.schemas.ErrorCode.enum.forEach((code) => {
  const made = element("code", "", code);
  made.id = `error-${code}`;
  $("codes").append(made);
});

$("search").addEventListener("input", () => {
  const word = $("search").value.trim().toLowerCase();
  document.querySelectorAll("#operations details").forEach((d) => (d.hidden = !d.dataset.text.includes(word)));
  document.querySelectorAll("#operations h2").forEach((h) => (h.hidden = Boolean(word)));
});

function goTo() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", goTo);
goTo();
