// A stand-in for the Messages API: enough of it for the real Claude Code to hold
// a conversation without an account, without a network, and always with the
// same answers. For trying ccpod out and for its tests. README.md says how.
//
// Each request is one JSON line on standard output. Credentials stand in it as
// they came, so that a test can see who was given which: keep real ones away.

"use strict";

const http = require("node:http");

const settings = {
  port: number("STAND_IN_PORT", 8080),
  delay: number("STAND_IN_DELAY", 0), // milliseconds before each answer
  fail: number("STAND_IN_FAIL", 0), // status that every message is answered with
  bodies: process.env.STAND_IN_BODIES === "1", // whole requests in the log
};

const maximumBody = 64 * 1024 * 1024;

// What a line of the prompt makes Claude do with one of its tools.
const orders = [
  {
    pattern: /^stand-in, run: (.+)$/m,
    tool: "Bash",
    input: (command) => ({ command, description: "Run what the user asked for" }),
  },
  { pattern: /^stand-in, read: (.+)$/m, tool: "Read", input: (path) => ({ file_path: path }) },
];

function number(name, otherwise) {
  const text = process.env[name] || String(otherwise);
  if (!/^[0-9]{1,9}$/.test(text)) {
    console.error(`stand-in-api: ${name}=${text}: want a number`);
    process.exit(2);
  }
  return Number(text);
}

// What was said, apart from what Claude Code adds to it for the model's eyes.
function isSpoken(text) {
  return !text.trimStart().startsWith("<system-reminder>");
}

// The blocks of a message: a string stands for one block of text.
function blocksOf(message) {
  const content = message.content;
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content : [];
}

function textOf(blocks) {
  return blocks
    .filter((block) => block.type === "text" && typeof block.text === "string" && isSpoken(block.text))
    .map((block) => block.text)
    .join("\n");
}

function lastUserBlocks(body) {
  const messages = Array.isArray(body.messages) ? body.messages : [];
  const message = messages.filter((message) => message && message.role === "user").pop();
  return message ? blocksOf(message).filter((block) => block !== null && typeof block === "object") : [];
}

function hasTool(body, name) {
  return Array.isArray(body.tools) && body.tools.some((tool) => tool && tool.name === name);
}

// The answer to a conversation: the result of a tool, a tool to use, or an echo
// of what was said last.
function answerTo(body) {
  const blocks = lastUserBlocks(body);
  const result = blocks.find((block) => block.type === "tool_result");
  if (result) {
    const outcome = result.is_error ? "failed" : "said";
    return { type: "text", text: `stand-in: the command ${outcome}: ${textOf(blocksOf(result))}` };
  }
  const said = textOf(blocks);
  for (const { pattern, tool, input } of orders) {
    const found = pattern.exec(said);
    if (found && hasTool(body, tool)) {
      return { type: "tool_use", id: id("toolu"), name: tool, input: input(found[1]) };
    }
  }
  return { type: "text", text: `stand-in: you said: ${said}` };
}

let count = 0;

function id(kind) {
  count += 1;
  return `${kind}_standin${String(count).padStart(8, "0")}`;
}

function tokensOf(value) {
  return Math.ceil(JSON.stringify(value).length / 4);
}

// The message as it is at the start of a stream: complete, but for its content.
function emptyMessage(body) {
  return {
    id: id("msg"),
    type: "message",
    role: "assistant",
    model: typeof body.model === "string" ? body.model : "stand-in",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: tokensOf(body), output_tokens: 1 },
  };
}

function stopReasonOf(block) {
  return block.type === "tool_use" ? "tool_use" : "end_turn";
}

// The events of a streamed answer, in order. A text comes in several pieces.
function* eventsOf(body) {
  const block = answerTo(body);
  yield { type: "message_start", message: emptyMessage(body) };
  if (block.type === "tool_use") {
    yield { type: "content_block_start", index: 0, content_block: { ...block, input: {} } };
    const delta = { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
    yield { type: "content_block_delta", index: 0, delta };
  } else {
    yield { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };
    for (const text of block.text.match(/[^]{1,64}/gu) || []) {
      yield { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } };
    }
  }
  yield { type: "content_block_stop", index: 0 };
  const delta = { stop_reason: stopReasonOf(block), stop_sequence: null };
  yield { type: "message_delta", delta, usage: { output_tokens: tokensOf(block) } };
  yield { type: "message_stop" };
}

function sendJson(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "request-id": id("req"),
  });
  response.end(text);
}

function sendError(response, status, type, message) {
  sendJson(response, status, { type: "error", error: { type, message } });
}

function sendStream(response, body) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache", "request-id": id("req") });
  for (const event of eventsOf(body)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

function sendMessage(response, body) {
  if (settings.fail) {
    sendError(response, settings.fail, "api_error", `stand-in: told to fail with ${settings.fail}`);
  } else if (body.stream === true) {
    sendStream(response, body);
  } else {
    const block = answerTo(body);
    sendJson(response, 200, { ...emptyMessage(body), content: [block], stop_reason: stopReasonOf(block) });
  }
}

function answer(request, response, path, body) {
  const call = `${request.method} ${path}`;
  if (call === "POST /v1/messages/count_tokens") {
    sendJson(response, 200, { input_tokens: tokensOf(body) });
  } else if (call === "POST /v1/messages") {
    sendMessage(response, body);
  } else if (path === "/" || path === "/api/hello") {
    sendJson(response, 200, { type: "stand-in" });
  } else {
    sendError(response, 404, "not_found_error", `stand-in: no ${call}`);
  }
}

function log(request, path, body) {
  const blocks = lastUserBlocks(body);
  const line = {
    time: new Date().toISOString(),
    method: request.method,
    path,
    headers: request.headers,
    model: body.model,
    stream: body.stream,
    text: textOf(blocks),
    body: settings.bodies ? body : undefined,
  };
  console.log(JSON.stringify(line));
}

function parse(text) {
  try {
    const body = JSON.parse(text || "{}");
    return body !== null && typeof body === "object" ? body : null;
  } catch {
    return null;
  }
}

function serve(request, response) {
  const chunks = [];
  let length = 0;
  request.on("data", (chunk) => {
    length += chunk.length;
    if (length <= maximumBody) chunks.push(chunk);
  });
  request.on("end", () => {
    const path = request.url.split("?")[0];
    const body = length <= maximumBody ? parse(Buffer.concat(chunks).toString()) : null;
    log(request, path, body || {});
    setTimeout(() => {
      if (body) answer(request, response, path, body);
      else sendError(response, 400, "invalid_request_error", "stand-in: the body is not a JSON object, or too long");
    }, settings.delay);
  });
}

const server = http.createServer(serve);
server.listen(settings.port, () => console.error(`stand-in-api: listening on port ${settings.port}`));
// As the first process of a container, it gets no default action for signals.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
