// page asks for a page of ours as a document.
export const page = (address) =>
  new Promise((done, failed) => {
    const ask = new XMLHttpRequest();
    ask.open("GET", address);
    ask.responseType = "document";
    ask.onload = () => (ask.status === 200 && new URL(ask.responseURL).pathname === new URL(address, location).pathname ? done(ask.response) : failed(ask.status));
    ask.onerror = () => failed(0);
    ask.send();
  });
