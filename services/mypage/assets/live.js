// The live timeline in several tabs. Over HTTP/1.1 a browser has six connections to a host, and an open event stream takes
// one of them. So all tabs of a session share one stream, and hidden tabs take no part.
//
// htmx's extension for server-sent events gets its streams from `htmx.createEventSource`. A stream made here is connected
// only while its tab is visible. One visible tab has the lock: it keeps its connection, and tells the other visible tabs of
// each change. They connect, read one event and disconnect, because each tab shows the timeline from another activity on.
// Without locks (http on another host than localhost) each visible tab keeps its own connection.
//
// A tab that leads to another page takes no part, either. A reload would cancel its navigation: after "Sign out", the one
// that ends the session at login.
(() => {
  "use strict";

  const FIRST_RETRY = 2_000;
  const LAST_RETRY = 60_000;
  // Answers to a page whose session has ended, to the page of another session, and to a cursor that does not exist any more.
  const OUTDATED = [204, 409, 422];
  // A navigation that has not left the page by then was stopped: mypage and login each answer within 30 seconds.
  const LEFT_WITHIN = 90_000;

  let leaving = false;
  let stopped;

  function setLeaving(now) {
    clearTimeout(stopped);
    leaving = now;
    if (leaving) stopped = setTimeout(setLeaving, LEFT_WITHIN, false);
    document.dispatchEvent(new Event("leaving"));
  }

  addEventListener("beforeunload", () => setLeaving(true));
  // Browsers without "beforeunload", as on iOS. htmx has already prevented a form that it sends itself.
  addEventListener("submit", (event) => event.defaultPrevented || setLeaving(true));
  // The page is shown again, as it was when it was left.
  addEventListener("pageshow", ({ persisted }) => persisted && setLeaving(false));
  // The answer to a request from before could load another page, too.
  document.addEventListener("htmx:beforeOnLoad", (event) => leaving && event.preventDefault());

  class SharedStream extends EventTarget {
    readyState = EventSource.CONNECTING;
    #url;
    #name;
    #channel;
    #visit = null;
    #source = null;
    #behind = false;
    #retry = FIRST_RETRY;
    #watch = () => (document.hidden || leaving ? this.#leave() : this.#join());

    constructor(url) {
      super();
      this.#url = url;
      this.#name = `live ${new URL(url, location.href).searchParams.get("page_session")}`;
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#told(data);
      document.addEventListener("visibilitychange", this.#watch);
      document.addEventListener("leaving", this.#watch);
      this.#watch();
    }

    close() {
      this.readyState = EventSource.CLOSED;
      document.removeEventListener("visibilitychange", this.#watch);
      document.removeEventListener("leaving", this.#watch);
      this.#leave();
      this.#channel.close();
    }

    // The tab is visible: it keeps a connection if it gets the lock at once, else it reads what has changed, and waits.
    #join() {
      if (this.#visit) return;
      this.#visit = new AbortController();
      const { signal } = this.#visit;
      const left = new Promise((resolve) => signal.addEventListener("abort", resolve));
      const lead = () => {
        if (signal.aborted) return undefined;
        this.#connect(true);
        return left;
      };
      if (!navigator.locks) {
        lead();
        return;
      }
      navigator.locks.request(this.#name, { ifAvailable: true }, (lock) => {
        if (lock || signal.aborted) return lead();
        this.#connect(false);
        navigator.locks.request(this.#name, { signal }, lead).catch(() => {});
        return undefined;
      });
    }

    #leave() {
      this.#visit?.abort();
      this.#visit = null;
      this.#disconnect();
    }

    #told(message) {
      if (!this.#visit) return;
      if (message === "ended") location.reload();
      else if (this.#source) this.#behind = true;
      else this.#connect(false);
    }

    #connect(keep) {
      this.#disconnect();
      this.#behind = false;
      const source = new EventSource(this.#url);
      this.#source = source;
      source.addEventListener("timeline", ({ data }) => {
        this.#retry = FIRST_RETRY;
        if (keep) this.#channel.postMessage("changed");
        else this.#disconnect();
        this.dispatchEvent(new MessageEvent("timeline", { data }));
        if (this.#behind && !this.#source) this.#connect(false);
      });
      source.addEventListener("ended", () => {
        this.#channel.postMessage("ended");
        location.reload();
      });
      // The browser connects again by itself when a connection breaks. It stops at a status other than 200.
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) this.#refused(keep);
      };
    }

    #disconnect() {
      this.#source?.close();
      this.#source = null;
    }

    // An event source does not tell its status, so this asks for it.
    async #refused(keep) {
      const visit = this.#visit;
      const asked = new AbortController();
      const answer = await fetch(this.#url, { signal: asked.signal }).catch(() => null);
      asked.abort();
      if (visit !== this.#visit) return;
      if (OUTDATED.includes(answer?.status)) {
        location.reload();
        return;
      }
      const wait = this.#retry * (1 + Math.random());
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
      setTimeout(() => visit && visit === this.#visit && this.#connect(keep), wait);
    }
  }

  htmx.createEventSource = (url) => new SharedStream(url);

  // The link at the end of the live part has loaded the lines that follow it.
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id === "older") document.querySelector("#live > .more")?.remove();
  });
})();
