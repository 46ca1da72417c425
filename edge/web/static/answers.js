// How the server is asked. Every answer that is no success becomes an Error with the server's one line.

/** Asks, and gives the response; gives up after so many milliseconds. */
export async function ask(path, options = {}, patience = 20000) {
  let answer;
  try {
    answer = await fetch(path, { ...options, signal: AbortSignal.timeout(patience) });
  } catch (error) {
    throw new Error(error.name === "TimeoutError" ? "no answer in time" : "no connection to the server");
  }
  if (!answer.ok) {
    const text = (await answer.text()).trim();
    throw Object.assign(new Error(text.split("\n")[0].slice(0, 200) || `error ${answer.status}`), { status: answer.status });
  }
  return answer;
}

/** Takes apart an answer of facts and picture: a length (four bytes), so much JSON, the rest a JPEG file or nothing. */
export async function unpack(answer) {
  const bytes = await answer.arrayBuffer();
  const length = new DataView(bytes).getUint32(0);
  const facts = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  const picture = bytes.byteLength > 4 + length ? new Blob([new Uint8Array(bytes, 4 + length)], { type: "image/jpeg" }) : null;
  return { facts, picture };
}
