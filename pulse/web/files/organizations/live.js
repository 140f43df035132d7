// Hears at once what happens in the organization: alerts, and that the person may not be there any more.

const longestPause = 60000;
const firstPause = 2000;

export function listen(app) {
  let pause = firstPause;

  function connect() {
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
    const socket = new WebSocket(address);
    socket.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "welcome") {
        pause = firstPause;
        // Another tab has chosen another organization: what happens there is not for this page.
        if (message.data?.orgId !== app.session.organization.id) socket.close();
      } else if (message.type === "alert" || message.type === "alertResolved") {
        document.dispatchEvent(new CustomEvent("alertschanged"));
      }
    });
    socket.addEventListener("close", async () => {
      await app.recheck();
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, longestPause);
    });
  }

  connect();
}
