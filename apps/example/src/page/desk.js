// The page of the support desk. Plain JavaScript, as the browser takes it: there is no build step.

const element = (id) => document.getElementById(id);
const messages = element('messages');
const form = element('ask');
const question = element('question');
const history = [];

/** Ends the question in progress. */
let leave = new AbortController();

const toolNames = {
  look_up_order: 'Order',
  track_shipment: 'Shipment',
  check_refund: 'Refund',
  search_handbook: 'Handbook',
  open_ticket: 'New ticket',
};

/** Adds a message to the conversation and gives the parts that will change. */
function addMessage(from, text = '') {
  const item = element('message-template').content.cloneNode(true).querySelector('li');
  item.classList.add(from);
  item.querySelector('.from').textContent = from === 'customer' ? 'You' : 'Support desk';
  item.querySelector('.text').textContent = text;
  messages.append(item);
  item.scrollIntoView({ block: 'nearest' });
  return { item, text: item.querySelector('.text'), tools: item.querySelector('.tools') };
}

/** Server-sent events of a fetch response. EventSource would do this, but it cannot POST. */
async function* readEvents(response) {
  let buffer = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    buffer += piece;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
      yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

async function ask(text) {
  element('examples').hidden = true;
  addMessage('customer', text);
  const answer = addMessage('desk');
  leave = new AbortController();
  const { signal } = leave;
  const busy = (is) => {
    answer.item.classList.toggle('busy', is);
    // Screen readers read the finished answer once, and not every piece of it.
    answer.item.setAttribute('aria-busy', String(is));
    element('send').hidden = is;
    element('stop').hidden = !is;
    answer.item.scrollIntoView({ block: 'nearest' });
  };
  const fail = (message) => {
    answer.item.classList.add('problem');
    answer.text.textContent = message;
  };
  busy(true);

  try {
    const response = await fetch('/api/ask', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: text, history: history.slice(-20) }),
      signal,
    });
    if (!response.ok) return fail((await response.json()).problem.message);
    let turn = 0;
    let complete = false;
    for await (const { event, data } of readEvents(response)) {
      if (event === 'text') {
        // Earlier turns were the assistant thinking aloud.
        if (data.turn !== turn) answer.text.textContent = '';
        turn = data.turn;
        answer.text.textContent += data.text;
      } else if (event === 'tool-called') {
        const chip = document.createElement('li');
        chip.dataset.call = data.id;
        chip.textContent = describeCall(data);
        answer.tools.append(chip);
      } else if (event === 'tool-finished') {
        const chip = answer.tools.querySelector(`[data-call="${CSS.escape(data.id)}"]`);
        chip.classList.add(data.ok ? 'ok' : 'failed');
        chip.textContent += data.ok ? ' ✓' : ' – not found';
      } else if (event === 'problem') {
        complete = true;
        fail(data.message);
      } else if (event === 'done') {
        complete = true;
        history.push({ from: 'customer', text }, { from: 'desk', text: data.text || '…' });
        if (data.tools.some(({ name }) => name === 'open_ticket')) await showTickets();
      }
    }
    if (!complete) fail('The answer broke off. Please ask again.');
  } catch (error) {
    if (signal.aborted) answer.text.textContent += ' (stopped)';
    else fail('We cannot be reached at the moment. Please try again.');
    if (!signal.aborted) console.error(error);
  } finally {
    busy(false);
  }
}

function describeCall({ name, input }) {
  let value = '';
  try {
    const { orderId, trackingNumber, query } = JSON.parse(input);
    value = trackingNumber ?? query ?? orderId ?? '';
  } catch {
    // The model wrote something that is not JSON; its name is enough to show.
  }
  return [toolNames[name] ?? name, value].filter(Boolean).join(' · ');
}

async function showTickets() {
  const tickets = await (await fetch('/api/tickets')).json();
  element('tickets').replaceChildren(...tickets.toReversed().map(toTicketItem));
}

function toTicketItem({ id, subject, details, orderId, priority, summary, classification }) {
  const item = element('ticket-template').content.cloneNode(true).querySelector('li');
  const labels = [id, orderId, `${priority} priority`, classification?.category, classification?.urgency];
  item.querySelector('h3').textContent = subject;
  item.querySelector('.labels').textContent = labels.filter(Boolean).join(' · ');
  item.querySelector('.body').textContent = summary ?? details;
  for (const button of item.querySelectorAll('button')) {
    const { action } = button.dataset;
    button.setAttribute('aria-label', `${button.textContent} ticket ${id}`);
    button.addEventListener('click', () => change(id, action, button));
  }
  return item;
}

async function change(id, action, button) {
  button.disabled = true;
  element('tickets-status').textContent = 'One moment…';
  const response = await fetch(`/api/tickets/${id}/${action}`, { method: 'POST' });
  element('tickets-status').textContent = response.ok ? '' : (await response.json()).problem.message;
  await showTickets();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text === '' || element('send').hidden) return;
  question.value = '';
  void ask(text);
});

element('stop').addEventListener('click', () => leave.abort());

question.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

for (const button of element('examples').querySelectorAll('button')) {
  button.addEventListener('click', () => {
    question.value = button.textContent;
    form.requestSubmit();
  });
}

await showTickets();
